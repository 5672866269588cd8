internal import Glibc

/// Ports for programs that have to be told one.
public enum FreePorts {
    /// Different ports of the loopback address on which nobody listens at this moment.
    public static func some(_ count: Int) -> [UInt16] {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        return (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            descriptors.append(descriptor)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    precondition(bind(descriptor, generic, length) == 0, "no port is free")
                    getsockname(descriptor, generic, &length)
                }
            }
            return UInt16(bigEndian: address.sin_port)
        }
    }
}
