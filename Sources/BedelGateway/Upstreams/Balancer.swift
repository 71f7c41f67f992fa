internal import BedelDomain
internal import NIOCore

/// Chooses the replica for a request: of two taken at random from those that are well, the one with fewer requests on
/// their way ("the power of two choices", Mitzenmacher 2001), which is nearly as even as looking at all of them and does
/// not send everybody to the same one. Belongs to one event loop.
struct Balancer {
    private let settings: UpstreamSettings
    private var replicas: [Instance.Address: Replica] = [:]
    private var random: SplitMix64

    init(_ settings: UpstreamSettings, seed: UInt64 = .random(in: .min ... .max)) {
        self.settings = settings
        random = SplitMix64(seed: seed)
    }

    enum Choice {
        case go(Replica)
        /// None may be asked before then.
        case shut(until: NIODeadline)
    }

    /// - Parameters:
    ///   - addresses: at least one.
    ///   - tried: where this request has failed already; never chosen again while another is left.
    mutating func choose(among addresses: [Instance.Address], tried: [Replica], now: NIODeadline) -> Choice {
        if addresses.count == 1 {
            let only = replica(addresses[0])
            if let until = only.breaker.opensAgain(now) { return .shut(until: until) }
            return .go(only)
        }
        // What the health check says is only a hint: when it says that all are away, it is not believed.
        if let well = pick(addresses, now, where: { replica in !replica.isDown && !tried.contains { $0 === replica } })
            ?? pick(addresses, now, where: { replica in !tried.contains { $0 === replica } })
            ?? pick(addresses, now, where: { _ in true })
        {
            return .go(well)
        }
        return .shut(until: addresses.compactMap { replica($0).breaker.opensAgain(now) }.min() ?? now)
    }

    /// Whether a request that failed at `tried` has somewhere else to go.
    mutating func hasOther(among addresses: [Instance.Address], tried: [Replica], now: NIODeadline) -> Bool {
        addresses.contains { address in
            let other = replica(address)
            return other.isOpen(now) && !tried.contains { $0 === other }
        }
    }

    mutating func setHealth(_ address: Instance.Address, isUp: Bool) { replica(address).isDown = !isUp }

    /// Forgets what is nobody's any more.
    mutating func keepOnly(_ addresses: Set<Instance.Address>) {
        replicas = replicas.filter { addresses.contains($0.key) }
    }

    var shutCount: Int { replicas.values.count { !$0.breaker.isClosed } }

    mutating func replica(_ address: Instance.Address) -> Replica {
        if let known = replicas[address] { return known }
        let fresh = Replica(address, settings)
        replicas[address] = fresh
        return fresh
    }

    /// One pass, two samples (reservoir sampling), no list.
    private mutating func pick(
        _ addresses: [Instance.Address], _ now: NIODeadline, where isGood: (Replica) -> Bool
    ) -> Replica? {
        var first: Replica?
        var second: Replica?
        var seen: UInt64 = 0
        for address in addresses {
            let candidate = replica(address)
            guard candidate.isOpen(now), isGood(candidate) else { continue }
            seen += 1
            switch seen {
            case 1: first = candidate
            case 2: second = candidate
            default:
                let place = random.next() % seen
                if place == 0 { first = candidate } else if place == 1 { second = candidate }
            }
        }
        guard let first, let second else { return first }
        if first.inFlight == second.inFlight { return random.next() & 1 == 0 ? first : second }
        return first.inFlight < second.inFlight ? first : second
    }
}
