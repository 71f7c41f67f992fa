extension Value {
    /// A moment, in milliseconds since 1970-01-01T00:00:00Z without leap seconds.
    package struct DateTime: Hashable, Comparable, Sendable {
        package let milliseconds: Int64

        static let day: Int64 = 86_400_000

        package init(milliseconds: Int64) { self.milliseconds = milliseconds }

        /// Reads `YYYY-MM-DD`, `YYYY-MM-DDThh:mm:ss[.SSS]Z` or the latter with `+hhmm` or `-hhmm` for `Z`.
        package init?(_ text: Text) {
            var reader = DateReader(bytes: Array(text.string.utf8))
            guard let days = reader.date() else { return nil }
            if reader.isAtEnd {
                milliseconds = days * Self.day
                return
            }
            guard let time = reader.time(), let offset = reader.offset(), reader.isAtEnd else { return nil }
            milliseconds = days * Self.day + time - offset
        }

        /// Nil when the sum does not fit.
        func offset(by duration: Duration) -> DateTime? {
            let (sum, overflow) = milliseconds.addingReportingOverflow(duration.milliseconds)
            return overflow ? nil : DateTime(milliseconds: sum)
        }

        /// Nil when the difference does not fit.
        func since(_ other: DateTime) -> Duration? {
            let (difference, overflow) = milliseconds.subtractingReportingOverflow(other.milliseconds)
            return overflow ? nil : Duration(milliseconds: difference)
        }

        /// Midnight (UTC) of the same day; nil when that does not fit.
        var date: DateTime? {
            let (midnight, overflow) = milliseconds.subtractingReportingOverflow(time.milliseconds)
            return overflow ? nil : DateTime(milliseconds: midnight)
        }

        /// The time since midnight (UTC), never negative.
        var time: Duration {
            let rest = milliseconds % Self.day
            return Duration(milliseconds: rest < 0 ? rest + Self.day : rest)
        }

        package static func < (left: DateTime, right: DateTime) -> Bool { left.milliseconds < right.milliseconds }
    }
}

extension Value.DateTime: CustomStringConvertible {
    package var description: String {
        "datetime(\"1970-01-01\").offset(duration(\"\(milliseconds)ms\"))"
    }
}

/// Reads the parts of a date and time one after the other.
private struct DateReader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar.
    mutating func date() -> Int64? {
        guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
            (1...12).contains(month), day >= 1, day <= Self.days(in: month, of: year)
        else { return nil }
        return Self.daysSinceEpoch(year: year, month: month, day: day)
    }

    /// Milliseconds since midnight.
    mutating func time() -> Int64? {
        guard take("T"), let hour = number(2), take(":"), let minute = number(2), take(":"), let second = number(2),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var milliseconds = ((hour * 60 + minute) * 60 + second) * 1000
        if take(".") {
            guard let fraction = number(3) else { return nil }
            milliseconds += fraction
        }
        return milliseconds
    }

    /// Milliseconds east of UTC.
    mutating func offset() -> Int64? {
        if take("Z") { return 0 }
        let east = take("+")
        guard east || take("-"), let hour = number(2), let minute = number(2), hour < 24, minute < 60 else {
            return nil
        }
        let milliseconds = (hour * 60 + minute) * 60_000
        return east ? milliseconds : -milliseconds
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: scalar) else { return false }
        index += 1
        return true
    }

    private mutating func number(_ digits: Int) -> Int64? {
        guard index + digits <= bytes.count, let number = Digits.number(bytes[index..<index + digits]) else {
            return nil
        }
        index += digits
        return number
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return switch month {
        case 2: leap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Counts from 1 March of year 0, so that the leap day is the last of its year.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
