import CCurl
import HTTPSemantics

/// One libcurl easy handle, owned by the loop thread.
///
/// An option that libcurl refuses is a mistake of ours and stops the program in debug builds; a URL that it refuses
/// is reported when the transfer runs.
final class EasyHandle {
    let raw: UnsafeMutableRawPointer
    /// libcurl does not copy the list, so it lives as long as the handle uses it.
    private var headerList: UnsafeMutablePointer<curl_slist>?

    /// nil if memory is exhausted.
    init?() {
        guard let raw = curl_easy_init() else { return nil }
        self.raw = raw
    }

    deinit {
        curl_easy_cleanup(raw)
        curl_slist_free_all(headerList)
    }

    /// Back to a fresh handle; connections and names that were looked up stay known.
    func reset() {
        curl_easy_reset(raw)
        curl_slist_free_all(headerList)
        headerList = nil
    }

    func set(_ option: CURLoption, _ value: Int) { check(CCurl_setopt_long(raw, option, value)) }

    func set(_ option: CURLoption, _ value: String) { check(CCurl_setopt_string(raw, option, value)) }

    /// The body is copied, so that the caller's array may move or die.
    func copyBody(_ body: [UInt8]) {
        check(CCurl_setopt_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        body.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress {
                check(CCurl_setopt_bytes(raw, CURLOPT_COPYPOSTFIELDS, start))
            } else {
                set(CURLOPT_COPYPOSTFIELDS, "")
            }
        }
    }

    func setHeaderLines(_ lines: [String]) {
        for line in lines {
            if let list = curl_slist_append(headerList, line) { headerList = list }
        }
        check(CCurl_setopt_list(raw, CURLOPT_HTTPHEADER, headerList))
    }

    func setCallbacks(context: UnsafeMutableRawPointer) {
        check(CCurl_setopt_data_callback(raw, CURLOPT_HEADERFUNCTION, receiveHeadLine))
        check(CCurl_setopt_pointer(raw, CURLOPT_HEADERDATA, context))
        check(CCurl_setopt_data_callback(raw, CURLOPT_WRITEFUNCTION, receiveBody))
        check(CCurl_setopt_pointer(raw, CURLOPT_WRITEDATA, context))
        check(CCurl_setopt_prereq_callback(raw, isAboutToSend))
        check(CCurl_setopt_pointer(raw, CURLOPT_PREREQDATA, context))
    }

    /// Goes on after a body was paused. It may be paused again before this returns.
    func proceed() { curl_easy_pause(raw, CURLPAUSE_CONT) }

    func long(_ info: CURLINFO) -> Int {
        var value = 0
        return CCurl_getinfo_long(raw, info, &value) == CURLE_OK ? value : 0
    }

    private func check(_ code: CURLcode) {
        assert(code == CURLE_OK, "libcurl refused an option: \(String(cString: curl_easy_strerror(code)))")
    }
}

@available(*, unavailable) extension EasyHandle: Sendable {}

// libcurl calls these on the loop thread, within curl_multi_perform. They are global functions because a closure
// could capture, and C cannot carry what it captures. A count other than the one given tells libcurl to stop.

private func receiveHeadLine(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    Transfer.of(context).receiveHeadLine(UnsafeRawBufferPointer(start: data, count: size * count))
    return size * count
}

private func receiveBody(
    _ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    return switch Transfer.of(context).receiveBody(UnsafeRawBufferPointer(start: data, count: size * count)) {
    case .taken: size * count
    case .paused: Int(CURL_WRITEFUNC_PAUSE)
    // Zero would mean success for an empty piece.
    case .refused: size * count + 1
    }
}

private func isAboutToSend(
    _ context: UnsafeMutableRawPointer?, _ remote: UnsafeMutablePointer<CChar>?, _ local: UnsafeMutablePointer<CChar>?,
    _ remotePort: Int32, _ localPort: Int32
) -> Int32 {
    guard let context else { return CURL_PREREQFUNC_ABORT }
    return Transfer.of(context).isAboutToSend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}
