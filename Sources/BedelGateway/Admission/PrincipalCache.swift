package import BedelDomain

/// Who sent the last credentials, so that a warm request waits for nobody. Keyed by the exact credential; bounded, with
/// the oldest leaving first; everything is forgotten at once when somebody's rights may have changed.
package struct PrincipalCache {
    private var entries: [Credential: KnownPrincipal] = [:]
    /// The same, of bearer tokens.
    private var bearers = BearerIndex()
    /// The keys in order of their coming, as a ring.
    private var order: [Credential] = []
    private var oldest = 0
    private let capacity: Int
    /// Goes up at every ``forgetAll()``: what was asked before may not be remembered after.
    package private(set) var epoch = 0

    /// - Precondition: `capacity` is at least 1.
    package init(capacity: Int) {
        precondition(capacity > 0, "a cache holds at least one")
        self.capacity = capacity
    }

    var count: Int { entries.count }

    package func find(_ credential: Credential, now: Timestamp) -> KnownPrincipal? {
        guard let known = entries[credential], now < known.until else { return nil }
        return known
    }

    /// - Returns: nil also for a token that only ``find(_:now:)`` finds.
    package func find(
        bearer token: ArraySlice<UInt8>, now: Timestamp
    ) -> (principal: KnownPrincipal, credential: Credential)? {
        guard let known = bearers.find(token), now < known.principal.until else { return nil }
        return known
    }

    /// - Parameter epoch: as it was when the question was asked; when it is another now, the answer is not kept.
    package mutating func remember(_ known: KnownPrincipal, for credential: Credential, asked epoch: Int) {
        guard epoch == self.epoch else { return }
        bearers.add(known, for: credential)
        guard entries.updateValue(known, forKey: credential) == nil else { return }
        if order.count < capacity {
            order.append(credential)
        } else {
            entries[order[oldest]] = nil
            bearers.remove(order[oldest])
            order[oldest] = credential
            oldest = (oldest + 1) % capacity
        }
    }

    mutating func forgetAll() {
        entries.removeAll(keepingCapacity: true)
        bearers.removeAll()
        order.removeAll(keepingCapacity: true)
        oldest = 0
        epoch += 1
    }
}
