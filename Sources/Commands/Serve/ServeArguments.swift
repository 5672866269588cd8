internal import ArgumentParser
internal import MockServer

/// `HOST:PORT` on the command line.
struct Endpoint: ExpressibleByArgument {
    var address: SocketAddress

    init(address: SocketAddress) { self.address = address }

    init?(argument: String) {
        guard let address = SocketAddress(argument) else { return nil }
        self.address = address
    }

    var defaultValueDescription: String { "\(address.host):\(address.port)" }
}

/// `NAME=VALUE` on the command line.
struct Assignment: ExpressibleByArgument {
    var name: String
    var value: String

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
        name = String(argument[..<equals])
        value = String(argument[argument.index(after: equals)...])
    }
}

/// What moves the clocks of the lanes, on the command line.
enum ClockChoice: String, ExpressibleByArgument, CaseIterable {
    case real, manual

    var clock: LaneClock {
        switch self {
        case .real: .real
        case .manual: .manual
        }
    }
}
