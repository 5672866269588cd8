internal import CMicroHTTPD
internal import Glibc
internal import HTTPSemantics

/// Global functions and closures without captures: libmicrohttpd knows nothing of contexts other than pointers.
func daemonCallbacks(context: UnsafeMutableRawPointer) -> CMicroHTTPD_callbacks {
    CMicroHTTPD_callbacks(
        context: context,
        requestLine: { context, target, connection in
            guard let context, let owner = liveConnection(of: connection) else { return nil }
            let daemon = Unmanaged<Daemon>.fromOpaque(context).takeUnretainedValue()
            let exchange = daemon.requestLine(target, on: owner)
            // Owned by its connection, which libmicrohttpd ends after the request.
            return Unmanaged.passUnretained(exchange).toOpaque()
        },
        handle: { context, connection, _, method, version, upload, uploadSize, request in
            guard let context, let pointer = request.pointee else { return .NO }
            let daemon = Unmanaged<Daemon>.fromOpaque(context).takeUnretainedValue()
            let exchange = Unmanaged<LiveExchange>.fromOpaque(pointer).takeUnretainedValue()
            let piece = UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee)
            let result = daemon.handle(exchange, connection, method: method, version: version, piece: piece)
            // What a suspended request has read stays unread for libmicrohttpd: with nothing left of it there would
            // be no call after the resume.
            if !exchange.isSuspended { uploadSize.pointee = 0 }
            return result
        },
        completed: { context, _, request, code in
            guard let context, let pointer = request.pointee else { return }
            request.pointee = nil
            Unmanaged<Daemon>.fromOpaque(context).takeUnretainedValue()
                .completed(Unmanaged<LiveExchange>.fromOpaque(pointer).takeUnretainedValue(), code)
        },
        connection: { context, connection, socketContext, code in
            guard let context else { return }
            let daemon = Unmanaged<Daemon>.fromOpaque(context).takeUnretainedValue()
            if code == .CONNECTION_NOTIFY_STARTED {
                // Owned by the daemon until it is closed.
                socketContext.pointee = Unmanaged.passUnretained(daemon.accepted(connection)).toOpaque()
            } else if let pointer = socketContext.pointee {
                socketContext.pointee = nil
                daemon.closed(Unmanaged<LiveConnection>.fromOpaque(pointer).takeUnretainedValue())
            }
        },
        complained: { context, format in
            // The words of libmicrohttpd 0.9.75 ahead of its own error pages.
            guard let context, strstr(format, "HTTP response code is") != nil else { return }
            Unmanaged<Daemon>.fromOpaque(context).takeUnretainedValue().willAnswerByItself()
        })
}

private func liveConnection(of connection: OpaquePointer) -> LiveConnection? {
    CMicroHTTPD_socket_context(connection).map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
}
