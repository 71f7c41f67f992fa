/// A moment: microseconds since 1970-01-01T00:00:00Z, PostgreSQL's own resolution, so that nothing is lost on the way.
///
/// Arithmetic stops at the first and the last moment instead of trapping: a token's `exp` comes from outside and may be
/// any number.
package struct Timestamp: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }
    package init(seconds: Int64) { microseconds = seconds.saturatingProduct(1_000_000) }

    /// Whole seconds since the epoch, rounded down: the unit of JWT's NumericDate (RFC 7519, section 2).
    package var seconds: Int64 { Self.floorDivide(microseconds, 1_000_000) }

    package static func < (a: Self, b: Self) -> Bool { a.microseconds < b.microseconds }
    package static func + (time: Self, span: Duration) -> Self {
        Self(microseconds: time.microseconds.saturatingSum(span.microseconds))
    }
    package static func - (time: Self, span: Duration) -> Self {
        Self(microseconds: time.microseconds.saturatingDifference(span.microseconds))
    }
    package static func - (later: Self, earlier: Self) -> Duration {
        .microseconds(later.microseconds.saturatingDifference(earlier.microseconds))
    }

    /// RFC 3339 in UTC with whole seconds, as pages and APIs show it: `2026-11-21T09:05:00Z`.
    package var description: String { rfc3339(fraction: false) }

    /// RFC 3339 in UTC (RFC 3339, section 5.6); with `fraction`, six digits of it, so that the text orders as the time does.
    package func rfc3339(fraction: Bool) -> String {
        let days = Self.floorDivide(seconds, 86_400)
        let second = Int(seconds - days * 86_400)
        let (year, month, day) = Self.civil(fromDays: days)
        var text = "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))T"
        text += "\(Self.pad(second / 3600, 2)):\(Self.pad(second / 60 % 60, 2)):\(Self.pad(second % 60, 2))"
        if fraction { text += ".\(Self.pad(Int((microseconds % 1_000_000 + 1_000_000) % 1_000_000), 6))" }
        return text + "Z"
    }

    /// Reads RFC 3339 (`2026-11-21T09:05:00Z`, with a fraction or an offset if need be) and the browser's
    /// `datetime-local` form (`2026-11-21T09:05`), which is taken as UTC. Nil when it is neither, or no real date.
    package init?(_ text: String) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), reader.take("T") || reader.take("t") || reader.take(" "),
            let hour = reader.number(2), reader.take(":"), let minute = reader.number(2)
        else { return nil }
        var second = 0
        var fraction = 0
        if reader.take(":") {
            guard let value = reader.number(2) else { return nil }
            second = value
            if reader.take(".") {
                guard let value = reader.fraction() else { return nil }
                fraction = value
            }
        }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60 else { return nil }
        let days = Self.days(fromCivil: year, month, day)
        guard Self.civil(fromDays: days) == (year, month, day) else { return nil }
        let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset)
        self.init(microseconds: seconds * 1_000_000 + Int64(fraction))
    }

    private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : (a + 1) / b - 1 }

    private static func pad(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// Days since the epoch to the Gregorian calendar, by eras of 400 years counted from 1 March.
    private static func civil(fromDays days: Int64) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), Int(month), Int(day))
    }

    private static func days(fromCivil year: Int, _ month: Int, _ day: Int) -> Int64 {
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = floorDivide(shiftedYear, 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Duration {
    /// Whole microseconds, rounded towards zero; the largest or smallest number there is when they are more.
    package var microseconds: Int64 {
        components.seconds.saturatingProduct(1_000_000).saturatingSum(components.attoseconds / 1_000_000_000_000)
    }

    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 { microseconds / 1000 }
}

extension Int64 {
    fileprivate func saturatingSum(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (self < 0 ? .min : .max) : sum
    }

    fileprivate func saturatingDifference(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < 0 ? .min : .max) : difference
    }

    fileprivate func saturatingProduct(_ other: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }
}

/// Walks over digits and separators; every step says whether it fitted.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        guard position + width <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[position..<position + width] {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        position += width
        return value
    }

    /// One to nine digits after the point, as microseconds.
    mutating func fraction() -> Int? {
        let digits = bytes[position...].prefix(while: { (48...57).contains($0) })
        guard (1...9).contains(digits.count) else { return nil }
        position += digits.count
        let padded = digits.prefix(6) + Array(repeating: 48, count: max(0, 6 - digits.count))
        return padded.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// Seconds east of UTC; nothing at all counts as UTC.
    mutating func offset() -> Int? {
        if isAtEnd || take("Z") || take("z") { return 0 }
        let sign = take("+") ? 1 : (take("-") ? -1 : 0)
        guard sign != 0, let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 3600 + minutes * 60)
    }
}
