internal import BedelDomain
internal import OpenSSL
internal import Synchronization

/// Asks the one provider that is to be asked about opaque tokens: the shell around ``IntrospectionState``.
final class Introspector: Sendable {
    private struct Storage {
        var state: IntrospectionState
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let storage: Mutex<Storage>
    private let provider: OpenIDProvider
    private let configuration: IdentityConfiguration
    private let clock: any TimeSource

    /// Nil when no provider is to be asked.
    init?(
        _ providers: Providers, configuration: IdentityConfiguration, clock: any TimeSource,
        limits: IntrospectionState.Limits = .init()
    ) {
        guard let provider = providers.introspecting else { return nil }
        storage = Mutex(Storage(state: IntrospectionState(limits: limits)))
        self.provider = provider
        self.configuration = configuration
        self.clock = clock
    }

    /// Whether it may be a token at all (RFC 6750, section 2.1). Nothing else leaves the house.
    static func mayBeToken(_ text: String) -> Bool {
        let isAlphabet = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._~+/=".utf8.contains(byte)
            }
        }
        return isAlphabet && (16...4096).contains(text.utf8.count)
    }

    /// - Throws: ``TokenFault``; ``BedelError`` `providerUnavailable`.
    func verify(_ token: String) async throws -> AcceptedToken {
        let key = Digest(bytes: SHA256.digest(of: Array(token.utf8)))
        // One turn to ask or wait, one to use what came of it; more only while others keep the provider busy.
        while true {
            try Task.checkCancellation()
            let step = storage.withLock { $0.state.step(for: key, waiting: $0.waiting.count, at: clock.now()) }
            switch step {
            case .use(let verdict): return try verdict.get()
            case .ask: return try await ask(token, key)
            case .wait: await untilSomeAnswer()
            case .unavailable: throw ProviderHTTP.unavailable("introspection is away or has too much to do")
            }
        }
    }

    private func ask(_ token: String, _ key: Digest) async throws -> AcceptedToken {
        do {
            let claims = try await provider.introspect(token)
            let verdict = IntrospectionState.Verdict { () throws(TokenFault) in try rules.check(claims) }
            settle { $0.finish(key, verdict, at: clock.now()) }
            return try verdict.get()
        } catch let fault as TokenFault {
            throw fault
        } catch {
            let isCancelled = Task.isCancelled
            settle { if isCancelled { $0.abandon(key) } else { $0.fail(key, at: clock.now()) } }
            throw error
        }
    }

    private var rules: IntrospectionRules {
        IntrospectionRules(
            issuer: provider.configuration.issuer.text, audiences: provider.configuration.accessTokenAudiences,
            parties: provider.configuration.accessTokenParties, maximumLifetime: configuration.maximumTokenLifetime,
            time: TimeRules(now: clock.now(), leeway: configuration.leeway))
    }

    private func settle(_ change: (inout IntrospectionState) -> Void) {
        let waiting = storage.withLock { storage in
            change(&storage.state)
            defer { storage.waiting = [] }
            return storage.waiting
        }
        waiting.forEach { $0.resume() }
    }

    private func untilSomeAnswer() async {
        await withCheckedContinuation { continuation in
            let mustWait = storage.withLock { storage in
                let isBusy = !storage.state.underWay.isEmpty
                if isBusy { storage.waiting.append(continuation) }
                return isBusy
            }
            if !mustWait { continuation.resume() }
        }
    }
}
