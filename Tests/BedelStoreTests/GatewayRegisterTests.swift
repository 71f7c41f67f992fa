import BedelDomain
import Testing

@Suite("The gateways of one house")
struct GatewayRegisterTests {
    private let first = GatewayProcess.ID.random(at: noon)
    private let second = GatewayProcess.ID.random(at: noon)

    @Test func eachCountsOnceHoweverOftenItSaysThatItIsThere() async throws {
        try await withHouse { house in
            var counts: [Int] = []
            for gateway in [first, first, second, first] {
                counts.append(try await house.gateways.announce(gateway, for: .seconds(60)))
            }
            #expect(counts == [1, 1, 2, 2])
        }
    }

    @Test func whoeverLeavesOrIsSilentTooLongCountsNoMore() async throws {
        try await withHouse { house in
            _ = try await house.gateways.announce(second, for: .seconds(60))
            try await house.gateways.leave(second)
            #expect(try await house.gateways.announce(first, for: .seconds(60)) == 1)
            // By the next statement, a microsecond is over.
            _ = try await house.gateways.announce(second, for: .microseconds(1))
            #expect(try await house.gateways.announce(first, for: .seconds(60)) == 1)
            // Whoever asks is there, however short they are believed.
            #expect(try await house.gateways.announce(second, for: .microseconds(1)) == 2)
        }
    }

    @Test func manyWhoComeAtOnceAreAllCounted() async throws {
        try await withHouse { house in
            let everyone = (0..<32).map { _ in GatewayProcess.ID.random(at: noon) }
            try await withThrowingTaskGroup(of: Int.self) { group in
                // All at once, as that is what the test is about; the group ends before the test does.
                for gateway in everyone {
                    group.addTask { try await house.gateways.announce(gateway, for: .seconds(60)) }
                }
                for try await count in group { #expect((1...32).contains(count)) }
            }
            #expect(try await house.gateways.announce(everyone[0], for: .seconds(60)) == 32)
        }
    }
}
