import Backoff
import CCurl
import Glibc
import HTTPSemantics

/// What one transfer came to.
enum TransferOutcome: Sendable {
    case response(status: Int, fields: FieldBlock, body: [UInt8])
    case failure(TransportFailure, mayHaveArrived: Bool)
    /// The caller's task was cancelled, and the transfer closed.
    case cancelled
    /// The client was shut down.
    case shutDown
}

/// Everything libcurl says about an ended transfer that matters for its meaning.
struct TransferEvidence {
    var code: CURLcode
    var head: ResponseHead
    var body: [UInt8]
    /// How often libcurl was about to send the request.
    var sends: Int
    /// Whether a second send was prevented.
    var wasReplayPrevented: Bool
    var wasTooLarge: Bool
    /// CURLINFO_OS_ERRNO; libcurl does not reset it, so it is read only after a socket's failure.
    var systemError: Int32

    /// The meaning. libcurl's codes were measured one by one against broken servers; what is not listed is taken for
    /// a failure of the connection.
    var outcome: TransferOutcome {
        switch code {
        case CURLE_OK where !head.isComplete: failure(.truncated)
        case CURLE_OK where head.hasConflictingLengths: failure(.malformed)
        case CURLE_OK: .response(status: head.status, fields: head.fields, body: body)
        case _ where wasReplayPrevented: failure(.staleConnection)
        case _ where wasTooLarge: failure(.tooLarge)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: failure(.nameNotResolved)
        case CURLE_COULDNT_CONNECT: failure(.cannotConnect)
        case CURLE_SSL_CONNECT_ERROR: failure(.tlsHandshakeFailed)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            failure(.certificateRefused)
        case CURLE_OPERATION_TIMEDOUT: failure(.timeout)
        case CURLE_GOT_NOTHING: failure(.closed)
        case CURLE_PARTIAL_FILE: failure(.truncated)
        // A proxy that refuses to connect.
        case CURLE_RECV_ERROR where !mayHaveArrived: failure(.cannotConnect)
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            // A chunk size that is none comes as a receive error too, without an error of the socket.
            failure(systemError == 0 && head.isComplete ? .malformed : .reset)
        case CURLE_UNSUPPORTED_PROTOCOL: failure(mayHaveArrived ? .malformed : .unsendable)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: failure(.malformed)
        case CURLE_URL_MALFORMAT, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION,
            CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT:
            failure(.unsendable)
        default: failure(mayHaveArrived ? .reset : .cannotConnect)
        }
    }

    /// libcurl never came to the point of sending: then nothing arrived. What it counts as sent is of no use here:
    /// a proxy's CONNECT is among it.
    private var mayHaveArrived: Bool { sends > 0 }

    private func failure(_ failure: TransportFailure) -> TransferOutcome {
        .failure(failure, mayHaveArrived: mayHaveArrived)
    }
}
