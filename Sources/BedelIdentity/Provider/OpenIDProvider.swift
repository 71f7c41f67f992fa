internal import BedelDomain
internal import Logging
internal import OpenSSL

/// One provider, as we know it: its metadata, its keys, its endpoints.
final class OpenIDProvider: Sendable {
    let configuration: ProviderConfiguration
    let http: ProviderHTTP
    private let metadataCache: Refreshing<ProviderMetadata>
    private let keys: Refreshing<JSONWebKeySet>

    init(
        _ configuration: ProviderConfiguration, timing: IdentityConfiguration.Timing, http: ProviderHTTP,
        clock: any TimeSource, logger: Logger
    ) {
        let issuer = configuration.issuer
        let metadata = Refreshing<ProviderMetadata>(
            "metadata of \(issuer)", timing: timing, clock: clock, logger: logger
        ) {
            guard let address = WebAddress(ProviderMetadata.address(of: issuer)) else {
                throw ProviderHTTP.unavailable("\(issuer) is too long")
            }
            return try ProviderMetadata(try await http.get(address), issuer: issuer)
        }
        self.configuration = configuration
        self.http = http
        metadataCache = metadata
        keys = Refreshing("keys of \(issuer)", timing: timing, clock: clock, logger: logger) {
            guard let keys = JSONWebKeySet(try await http.get(try await metadata.value().value.keySet)) else {
                throw ProviderHTTP.unavailable("the keys of \(issuer) are no key set")
            }
            return keys
        }
    }

    /// - Throws: ``BedelError`` `providerUnavailable`.
    func metadata() async throws -> ProviderMetadata { try await metadataCache.value().value }

    /// Checks the signature and reads what the token says.
    ///
    /// - Throws: as ``checkSignature(of:)``.
    func verify(_ token: JSONWebSignature) async throws -> VerifiedToken {
        try await checkSignature(of: token)
        return VerifiedToken(type: token.type, claims: try token.readClaims())
    }

    /// Checks the signature, with one more look at the provider's keys when none that is known fits.
    ///
    /// - Throws: ``TokenFault``; ``BedelError`` `providerUnavailable` when there are no keys at all.
    func checkSignature(of token: JSONWebSignature) async throws {
        let known = try await keys.value()
        guard !isSigned(token, with: known.value) else { return }
        let newer = try await keys.value(.newer(than: known.generation))
        guard newer.generation != known.generation, isSigned(token, with: newer.value) else {
            throw newer.value.key(id: token.keyID, for: token.algorithm) == nil
                ? TokenFault.unknownKey : TokenFault.badSignature
        }
    }

    /// Whether it is certain, without asking anybody, that no key of that name can be had now: it is not among those
    /// we have, and it is too soon to look for others.
    func surelyLacks(keyNamed id: String) -> Bool {
        keys.settled.map { $0.key(named: id) == nil } ?? false
    }

    private func isSigned(_ token: JSONWebSignature, with keys: JSONWebKeySet) -> Bool {
        keys.key(id: token.keyID, for: token.algorithm).map(token.isSigned) ?? false
    }
}
