internal import BedelDomain

/// A principal an event loop remembers, with what was worked out for it: the assertions are signed once a minute and
/// upstream, not once a request. Belongs to one loop.
final class KnownPrincipal {
    let principal: Principal
    let until: Timestamp
    private var assertions: [String: (token: String, until: Timestamp)] = [:]

    init(_ principal: Principal, until: Timestamp) {
        self.principal = principal
        self.until = until
    }

    /// - Throws: whatever the signer throws.
    func assertion(for audience: String, signer: any Assertions, now: Timestamp) throws -> String {
        if let known = assertions[audience], now < known.until { return known.token }
        let fresh = try signer.assertion(for: principal, audience: audience)
        // A person uses few upstreams; whoever has gone through many begins anew.
        if assertions.count >= 64 { assertions.removeAll() }
        assertions[audience] = (fresh.token, fresh.reusableUntil)
        return fresh.token
    }
}
