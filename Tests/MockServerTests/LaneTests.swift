import Fixtures
import HTTPSemantics
import Journal
import TestSupport
import Testing
import Upstream

@testable import MockServer

@Suite(.timeLimit(.minutes(10)))
struct LaneTests {
    private static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test func `two hundred lanes answer with their own fixtures, state and journals`() async throws {
        try await withServer { server in
            var lanes: [Lane] = []
            for index in 0..<200 {
                lanes.append(try await server.addLane(.scripted([.status(200 + index), .status(500)])))
            }
            #expect(Set(lanes.map(\.port)).count == 200)
            try await withThrowingTaskGroup { group in
                for (index, lane) in lanes.enumerated() {
                    group.addTask {
                        let client = try RawClient(port: lane.port)
                        for status in [200 + index, 500] {
                            try await client.send(Self.get)
                            #expect(try await client.response(toHead: index == 4).status == status)
                        }
                    }
                }
                try await group.waitForAll()
            }
            for (index, lane) in lanes.enumerated() {
                let exchanges = await lane.exchanges(ended: 2)
                #expect(exchanges.map(\.id) == [1, 2])
                #expect(exchanges.map(\.reply?.status) == [200 + index, 500])
            }
            for lane in lanes { await server.removeLane(named: lane.name) }
            #expect(await server.lanes().isEmpty)
        }
    }

    @Test func `a port that the system chose is never used again`() async throws {
        try await withServer { server in
            var ports: Set<UInt16> = []
            for _ in 0..<100 {
                let lane = try await server.addLane(.scripted([.ok]))
                #expect(ports.insert(lane.port).inserted)
                await server.removeLane(named: lane.name)
            }
        }
    }

    @Test func `says what is wrong with an address, a port or a name`() async throws {
        try await withServer { server in
            let lane = try await server.addLane(.scripted([.ok]), name: "mine")
            let taken = await #expect(throws: ServerError.self) {
                try await server.addLane(.scripted([.ok]), port: lane.port)
            }
            #expect(taken?.code == .addressInUse)
            #expect(taken?.message == "127.0.0.1:\(lane.port) is in use by another program")
            let named = await #expect(throws: ServerError.self) {
                try await server.addLane(.scripted([.ok]), name: "mine")
            }
            #expect(named?.code == .nameTaken)
        }
        try await withServer(MockServer.Configuration(address: "example.com")) { server in
            let error = await #expect(throws: ServerError.self) { try await server.addLane(.scripted([.ok])) }
            #expect(error?.code == .addressUnusable)
        }
    }

    @Test func `a lane that is reset begins anew, and its clock line goes on`() async throws {
        try await withMockUpstream(.scripted([.status(429), .ok], ending: .fail)) { lane in
            let client = try RawClient(port: lane.port)
            for status in [429, 200] {
                try await client.send(Self.get)
                #expect(try await client.response().status == status)
            }
            let before = try #require(await lane.exchanges(ended: 2).last?.endedAt)
            #expect(await lane.accounting().map(\.consumed) == [2])
            await lane.reset()
            #expect(await lane.events(0).isEmpty)
            #expect(await lane.accounting().map(\.consumed) == [0])
            try await client.send(Self.get)
            #expect(try await client.response().status == 429)
            let exchange = try #require(await lane.exchanges(ended: 1).first)
            #expect(exchange.id == 1)
            #expect(exchange.arrivedAt > before)
        }
    }

    @Test func `what was parked over a reset is answered and leaves no trace`() async throws {
        let slow = Reply.status(201).with { $0.delay = .milliseconds(100) }
        try await withMockUpstream(.scripted([slow])) { lane in
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            _ = await lane.events(2)
            await lane.reset()
            #expect(try await client.response().status == 201)
            #expect(await lane.events(0).isEmpty)
        }
    }

    @Test func `a long poll ends when there is enough, when its time is over, and when the lane ends`() async throws {
        try await withServer { server in
            let lane = try await server.addLane(.scripted([.ok]))
            // A busy machine may stall, which is journalled.
            let none = await lane.journal(since: 0, waitingFor: 1, atMost: .milliseconds(5))
            #expect(none.entries.allSatisfy { $0.exchange == 0 })
            async let four = lane.journal(since: 0, waitingFor: 4, atMost: .seconds(30))
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            #expect(await four.entries.count >= 4)
            async let never = lane.journal(since: 4, waitingFor: 1_000_000, atMost: .seconds(30))
            await server.removeLane(named: lane.name)
            #expect(await never.nextNumber < 1_000_000)
        }
    }

    @Test func `a full journal drops its oldest entries and says how many`() async throws {
        try await withServer(MockServer.Configuration(journalCapacity: 6)) { server in
            let lane = try await server.addLane(.scripted([.ok]))
            let client = try RawClient(port: lane.port)
            for _ in 1...3 {
                try await client.send(Self.get)
                _ = try await client.response()
            }
            _ = await lane.journal(since: 11, waitingFor: 1, atMost: .seconds(10))
            let slice = await lane.journal()
            #expect(slice.nextNumber >= 12)
            #expect(slice.dropped == slice.nextNumber - 6)
            #expect(slice.entries.map(\.number) == Array(slice.dropped..<slice.nextNumber))
        }
    }

    @Test func `secrets come into the journal as digests that can be compared`() async throws {
        try await withMockUpstream(.scripted([.ok])) { lane in
            let client = try RawClient(port: lane.port)
            for key in ["hunter2", "hunter2", "other"] {
                try await client.send(
                    "GET /?api_key=\(key) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\n\r\n")
                _ = try await client.response()
            }
            let arrivals = await lane.exchanges(ended: 3).map(\.arrival)
            #expect(!"\(arrivals)".contains("hunter2"))
            #expect(!arrivals.contains { $0.fields["Authorization"]?.contains("hunter2") ?? true })
            #expect(arrivals[0].fields["Authorization"] == arrivals[1].fields["Authorization"])
            #expect(arrivals[0].target == arrivals[1].target)
            #expect(arrivals[0].target != arrivals[2].target)
        }
    }

    @Test func `a loop that is held up tells every lane in use`() async throws {
        try await withServer { server in
            let lane = try await server.addLane(.scripted([.ok]))
            let client = try RawClient(port: lane.port)
            try await client.send(Self.get)
            _ = try await client.response()
            _ = await lane.events(4)
            await server.loop.perform {
                let end = MonotonicClock.now() + 40_000_000
                while MonotonicClock.now() < end {}
            }
            var next: UInt64 = 0
            var stalls: [Stall] = []
            while stalls.allSatisfy({ $0.until - $0.from < .milliseconds(25) }) {
                let slice = await lane.journal(since: next, waitingFor: 1, atMost: .seconds(10))
                try #require(!slice.entries.isEmpty)
                next = slice.nextNumber
                stalls += Exchange.gather(slice.entries).stalls
            }
        }
    }
}
