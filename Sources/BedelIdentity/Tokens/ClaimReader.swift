internal import BedelDomain

/// Takes what we want to know of a person out of a provider's claims.
///
/// Groups decide about rights, so a groups claim of the wrong shape fails the sign-in. Name, login and address only
/// decorate, so an unusable one is left out.
struct ClaimReader {
    static let maximumGroups = 1000
    let mapping: ClaimMapping
    let adminGroup: String?

    /// What stands for claims that are not there.
    struct Known {
        let login: String
        let name: String
        let email: String
        let groups: [String]
    }

    /// - Parameter known: nil for somebody who signs in.
    func identity(
        from claims: JSONValue, issuer: String, subject: String, known: Known? = nil
    ) throws(TokenFault) -> VerifiedIdentity {
        let groups = try groups(in: claims) ?? known?.groups ?? []
        let login = label(mapping.login, in: claims) ?? known?.login ?? subject
        return VerifiedIdentity(
            issuer: issuer, subject: subject, login: login,
            name: label(mapping.name, in: claims) ?? known?.name ?? login,
            email: label(mapping.email, in: claims) ?? known?.email ?? "", groups: groups,
            isAdmin: adminGroup.map(groups.contains) ?? false, isEmailVerified: isEmailVerified(in: claims))
    }

    /// Whether something is missing that the userinfo endpoint may know.
    func lacksSomething(_ claims: JSONValue) -> Bool {
        let wanted = [mapping.login, mapping.name, mapping.email] + mapping.groups.map(\.path)
        return wanted.contains { value(at: $0, in: claims) == nil }
    }

    /// Nil when no claim says anything of them.
    private func groups(in claims: JSONValue) throws(TokenFault) -> [String]? {
        var all: Set<String> = []
        var isSaid = false
        for source in mapping.groups {
            guard let value = value(at: source.path, in: claims) else { continue }
            isSaid = true
            guard let names = value.strings, names.allSatisfy(Self.isPlain) else { throw .malformed }
            all.formUnion(names.map { source.prefix + $0 })
        }
        guard all.count <= Self.maximumGroups else { throw .malformed }
        return isSaid ? all.sorted() : nil
    }

    /// `email_verified` (OpenID Connect Core, section 5.1). Some write it as text.
    private func isEmailVerified(in claims: JSONValue) -> Bool? {
        if mapping.trustsEmail { return true }
        guard let value = value(at: ["email_verified"], in: claims) else { return nil }
        return value == .bool(true) || value.string == "true"
    }

    private func label(_ path: ClaimMapping.Path, in claims: JSONValue) -> String? {
        value(at: path, in: claims)?.string.flatMap { Self.isPlain($0) ? $0 : nil }
    }

    /// A claim that is `null` is not there.
    private func value(at path: ClaimMapping.Path, in claims: JSONValue) -> JSONValue? {
        var current = claims
        for name in path {
            guard let next = current[name], next != .null else { return nil }
            current = next
        }
        return current
    }

    /// 1 to 255 bytes without control characters, the invisible ones that turn text around among them.
    private static func isPlain(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                ![.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
            }
    }
}
