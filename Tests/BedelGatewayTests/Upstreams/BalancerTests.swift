import BedelDomain
import NIOCore
import Testing

@testable import BedelGateway

@Suite("Choosing a replica")
struct BalancerTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private let addresses = (1...4).map { Instance.Address.tcp(host: "10.0.0.\($0)", port: 80) }

    private func choose(
        _ balancer: inout Balancer, among addresses: [Instance.Address]? = nil, tried: [Replica] = []
    ) -> Replica? {
        if case .go(let replica) = balancer.choose(among: addresses ?? self.addresses, tried: tried, now: start) {
            replica
        } else {
            nil
        }
    }

    private func open(_ replica: Replica) {
        for _ in 0..<5 {
            var visit = replica.begin()
            visit.failed(at: start)
            visit.end(at: start)
        }
    }

    @Test func useIsToldOnceInFifteenSeconds() {
        let replica = Replica(addresses[0], UpstreamSettings())
        let told = [0, 1, 14, 15, 16, 29, 30].filter { replica.tellsOfUse(at: start + .seconds($0)) }
        #expect(told == [0, 15, 30])
    }

    @Test func fewerOnTheirWayGoesFirst() {
        var balancer = Balancer(UpstreamSettings(), seed: 1)
        let two = Array(addresses.prefix(2))
        _ = balancer.replica(two[0]).begin()
        let chosen = Set((0..<20).compactMap { _ in choose(&balancer, among: two)?.address })
        #expect(chosen == [two[1]])
    }

    /// One of four is ten times slower: it gets a share near its strength and none waits behind it for long.
    @Test func slowOneGetsLess() {
        var balancer = Balancer(UpstreamSettings(), seed: 7)
        var ends: [(at: Int, visit: Replica.Visit)] = []
        var served: [Instance.Address: Int] = [:]
        for time in 0..<20_000 {
            for (index, end) in ends.enumerated().reversed() where end.at <= time {
                end.visit.end(at: start)
                ends.remove(at: index)
            }
            guard let replica = choose(&balancer) else { continue }
            served[replica.address, default: 0] += 1
            ends.append((time + (replica.address == addresses[0] ? 100 : 10), replica.begin()))
        }
        let slow = served[addresses[0], default: 0]
        #expect(slow < 20_000 / 8, "\(slow)")
        for fast in addresses.dropFirst() { #expect((5000...7500).contains(served[fast, default: 0])) }
    }

    @Test func equalOnesGetEqualShares() {
        var balancer = Balancer(UpstreamSettings(), seed: 3)
        var served: [Instance.Address: Int] = [:]
        for _ in 0..<40_000 { served[choose(&balancer)!.address, default: 0] += 1 }
        for address in addresses { #expect((9_500...10_500).contains(served[address, default: 0])) }
    }

    @Test func whatIsShutOrDownGetsNothing() {
        var balancer = Balancer(UpstreamSettings(), seed: 3)
        open(balancer.replica(addresses[0]))
        balancer.setHealth(addresses[1], isUp: false)
        let chosen = Set((0..<200).compactMap { _ in choose(&balancer)?.address })
        #expect(chosen == Set(addresses.suffix(2)))
    }

    @Test func healthCheckThatSaysAllAreDownIsNotBelieved() {
        var balancer = Balancer(UpstreamSettings(), seed: 3)
        for address in addresses { balancer.setHealth(address, isUp: false) }
        let first = choose(&balancer)
        #expect(first != nil)
        open(balancer.replica(addresses[0]))
        let second = choose(&balancer, among: [addresses[0]])
        #expect(second == nil, "but its own failures are")
    }

    @Test func triedOnesComeLast() {
        var balancer = Balancer(UpstreamSettings(), seed: 3)
        let tried = addresses.prefix(3).map { balancer.replica($0) }
        let chosen = Set((0..<50).compactMap { _ in choose(&balancer, tried: tried)?.address })
        #expect(chosen == [addresses[3]])
        open(balancer.replica(addresses[3]))
        let last = choose(&balancer, tried: tried)
        #expect(last != nil)
    }

    @Test func allShutSaysWhenToComeBack() {
        var balancer = Balancer(UpstreamSettings(), seed: 3)
        for address in addresses { open(balancer.replica(address)) }
        guard case .shut(let until) = balancer.choose(among: addresses, tried: [], now: start) else {
            Issue.record("it chose one")
            return
        }
        #expect(until == start + .seconds(1))
    }

    @Test func addressesThatAreGoneAreForgotten() {
        var balancer = Balancer(UpstreamSettings(), seed: 3)
        open(balancer.replica(addresses[0]))
        #expect(balancer.shutCount == 1)
        balancer.keepOnly([addresses[1]])
        #expect(balancer.shutCount == 0)
    }
}
