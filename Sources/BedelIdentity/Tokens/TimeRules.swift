internal import BedelDomain

/// The claims about time (RFC 7519, sections 4.1.4 to 4.1.6). A NumericDate may have a fraction and be written `2.0e9`;
/// a string that looks like a number is none.
struct TimeRules {
    let now: Timestamp
    let leeway: Duration

    /// - Returns: when it expires.
    func checkExpiry(_ claims: JSONValue) throws(TokenFault) -> Timestamp {
        guard let expiry = try Self.date(claims["exp"]) else { throw .missingExpiry }
        guard expiry + leeway > now else { throw .expired }
        return expiry
    }

    /// - Returns: when it was issued.
    func checkIssueTime(_ claims: JSONValue) throws(TokenFault) -> Timestamp {
        guard let issued = try Self.date(claims["iat"]) else { throw .missingIssueTime }
        guard issued - leeway <= now else { throw .notYetValid }
        return issued
    }

    func checkNotBefore(_ claims: JSONValue) throws(TokenFault) {
        guard let start = try Self.date(claims["nbf"]) else { return }
        guard start - leeway <= now else { throw .notYetValid }
    }

    static func date(_ value: JSONValue?) throws(TokenFault) -> Timestamp? {
        guard let value else { return nil }
        // Up to the year 9999; beyond it nobody means a date.
        guard let seconds = value.number, (0..<253_402_300_800).contains(seconds) else { throw .malformed }
        return Timestamp(microseconds: Int64(seconds * 1_000_000))
    }
}
