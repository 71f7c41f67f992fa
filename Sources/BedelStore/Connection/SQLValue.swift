package import BedelDomain

/// A value with a text form that PostgreSQL reads and writes (its "text format").
package protocol SQLValue: Sendable {
    var sqlText: String { get }
    /// Nil when the text is not one.
    init?(sqlText: String)
}

extension String: SQLValue {
    package var sqlText: String { self }
    package init?(sqlText: String) { self = sqlText }
}

extension SQLValue where Self: LosslessStringConvertible & Numeric {
    package var sqlText: String { description }
    package init?(sqlText: String) { self.init(sqlText) }
}

extension Int: SQLValue {}
extension Int64: SQLValue {}
extension Double: SQLValue {}

extension Bool: SQLValue {
    package var sqlText: String { self ? "true" : "false" }
    package init?(sqlText: String) {
        switch sqlText {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}

extension SQLValue where Self: RawRepresentable, RawValue == String {
    package var sqlText: String { rawValue }
    package init?(sqlText: String) { self.init(rawValue: sqlText) }
}

extension Role: SQLValue {}
extension Member.Source: SQLValue {}
extension Profile.Kind: SQLValue {}
extension Profile.State: SQLValue {}
extension Quota.Unit: SQLValue {}
extension Scope: SQLValue {}
extension DeviceAuthorization.State: SQLValue {}
extension Runtime: SQLValue {}
extension Version.State: SQLValue {}
extension Version.Source: SQLValue {}
extension LogLine.Source: SQLValue {}
extension Metric: SQLValue {}
extension Round.State: SQLValue {}
extension RoundEntry.State: SQLValue {}
extension Job.State: SQLValue {}
extension AuditEvent.Outcome: SQLValue {}

extension Identifier: SQLValue {
    package var sqlText: String { rawValue }
    package init?(sqlText: String) { self.init(sqlText) }
}

extension Label: SQLValue {
    package var sqlText: String { rawValue }
    package init?(sqlText: String) { self.init(sqlText) }
}

extension Digest: SQLValue {
    package var sqlText: String { hex }
    package init?(sqlText: String) { self.init(hex: sqlText) }
}

extension Timestamp: SQLValue {
    package var sqlText: String { rfc3339(fraction: true) }
    /// Every connection of ours has its time zone set to UTC, which the server writes as `+00`.
    package init?(sqlText: String) {
        guard sqlText.hasSuffix("+00") else { return nil }
        self.init(sqlText.dropLast(3) + "Z")
    }
}

extension Array: SQLValue where Element: SQLValue {
    package var sqlText: String { ArrayLiteral.text(of: map(\.sqlText)) }
    package init?(sqlText: String) {
        guard let texts = ArrayLiteral.elements(of: sqlText) else { return nil }
        var elements: [Element] = []
        for text in texts {
            guard let element = Element(sqlText: text) else { return nil }
            elements.append(element)
        }
        self = elements
    }
}
