extension Value {
    /// A length of time in milliseconds; may be negative.
    package struct Duration: Hashable, Comparable, Sendable {
        package let milliseconds: Int64

        package init(milliseconds: Int64) { self.milliseconds = milliseconds }

        /// Reads `-1d2h3m4s5ms`: each unit at most once, in this order, at least one of them. Nil for anything else and
        /// for what does not fit.
        package init?(_ text: Text) {
            var rest = ArraySlice(text.string.utf8)
            let negative = rest.first == UInt8(ascii: "-")
            if negative { rest.removeFirst() }
            guard !rest.isEmpty else { return nil }
            var total: Int64 = 0
            for (unit, length) in Self.units {
                guard let (count, after) = Self.leading(rest, unit: unit, negative: negative) else { continue }
                guard let count else { return nil }
                let (part, tooLarge) = count.multipliedReportingOverflow(by: length)
                let (sum, overflow) = total.addingReportingOverflow(part)
                if tooLarge || overflow { return nil }
                total = sum
                rest = after
            }
            guard rest.isEmpty else { return nil }
            milliseconds = total
        }

        private static let units: [(String, Int64)] = [
            ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
        ]

        /// Digits followed by this very unit; the count is nil when it does not fit.
        private static func leading(
            _ text: ArraySlice<UInt8>, unit: String, negative: Bool
        ) -> (count: Int64?, rest: ArraySlice<UInt8>)? {
            let digits = text.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            let afterDigits = text[digits.endIndex...]
            let letters = afterDigits.prefix { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty, letters.elementsEqual(unit.utf8) else { return nil }
            return (Digits.number(digits, negative: negative), afterDigits[letters.endIndex...])
        }

        package static func < (left: Duration, right: Duration) -> Bool { left.milliseconds < right.milliseconds }
    }
}

extension Value.Duration: CustomStringConvertible {
    package var description: String { "\(milliseconds)ms" }
}
