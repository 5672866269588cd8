internal import Glibc

/// Calls again while a signal interrupts, and turns a failure into the error of the system.
///
/// EBADF and EFAULT are ours: a descriptor or a pointer was used after its end, and going on would hurt somebody
/// else's.
@discardableResult
func systemCall(_ body: () -> Int32) throws(SystemFailure) -> Int32 {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = errno
        if code == EINTR { continue }
        precondition(code != EBADF && code != EFAULT, "a descriptor or pointer is used after its end")
        throw SystemFailure(code: code)
    }
}

/// The errno of a call that failed.
struct SystemFailure: Error, Hashable {
    var code: Int32

    var reason: String { String(cString: strerror(code)) }
}
