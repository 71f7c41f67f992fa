package import BedelDomain
internal import NIOCore

/// A principal an event loop remembers, with what was worked out for it: decisions last until the policies change, and
/// the assertions are signed once a minute and upstream, not once a request. Belongs to one loop.
package final class KnownPrincipal {
    /// What is known of this principal on one route.
    private final class Pass {
        /// Kept, so that no other route can get its identity.
        let route: Route
        /// Of the policies that let them in.
        var generation: Int?
        var identity = ByteBuffer()
        var identityUntil = Timestamp(microseconds: .min)

        init(_ route: Route) { self.route = route }
    }

    let principal: Principal
    /// Of the principal, which is large to copy.
    let user: User.ID
    /// The same for logs.
    let userText: String
    let isSession: Bool
    let until: Timestamp
    private var passes: [ObjectIdentifier: Pass] = [:]
    /// Most people ask for the same thing again.
    private var lastPass: Pass?
    /// A person uses few routes; whoever has gone through many begins anew.
    private static let limit = 64

    package init(_ principal: Principal, until: Timestamp) {
        self.principal = principal
        user = principal.user
        userText = user.rawValue
        if case .session = principal.proof { isSession = true } else { isSession = false }
        self.until = until
    }

    // MARK: Decisions

    /// - Parameter generation: of the policies in force.
    func wasLetIn(on route: Route, under generation: Int) -> Bool {
        earlierPass(route)?.generation == generation
    }

    func letIn(on route: Route, under generation: Int) { pass(route).generation = generation }

    // MARK: Identity

    /// The header lines that tell an upstream who this is.
    /// - Throws: whatever the signer throws.
    func identity(on route: Route, signer: any Assertions, now: Timestamp) throws -> ByteBuffer {
        let pass = pass(route)
        if now < pass.identityUntil { return pass.identity }
        let fresh = try signer.assertion(for: principal, audience: route.audience)
        pass.identity = IdentityLines.lines(of: principal, on: route, assertion: fresh.token)
        pass.identityUntil = fresh.reusableUntil
        return pass.identity
    }

    private func earlierPass(_ route: Route) -> Pass? {
        if let lastPass, lastPass.route === route { return lastPass }
        guard let pass = passes[ObjectIdentifier(route)] else { return nil }
        lastPass = pass
        return pass
    }

    private func pass(_ route: Route) -> Pass {
        if let earlier = earlierPass(route) { return earlier }
        if passes.count >= Self.limit { passes.removeAll() }
        let fresh = Pass(route)
        passes[ObjectIdentifier(route)] = fresh
        lastPass = fresh
        return fresh
    }
}
