extension Value {
    /// A number with up to four digits after the point, as whole ten-thousandths.
    package struct Decimal: Hashable, Comparable, Sendable {
        let tenThousandths: Int64

        /// Reads `-12.3400`: digits, a point, one to four digits. Nil for anything else and for what does not fit.
        package init?(_ text: Text) {
            let bytes = Array(text.string.utf8)
            let negative = bytes.first == UInt8(ascii: "-")
            let parts = bytes.dropFirst(negative ? 1 : 0).split(
                separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 2, (1...4).contains(parts[1].count),
                let whole = Digits.number(parts[0], negative: negative),
                let fraction = Digits.number(parts[1], negative: negative)
            else { return nil }
            let scale: Int64 = [1000, 100, 10, 1][parts[1].count - 1]
            let (scaled, tooLarge) = whole.multipliedReportingOverflow(by: 10000)
            let (sum, overflow) = scaled.addingReportingOverflow(fraction * scale)
            guard !tooLarge, !overflow else { return nil }
            tenThousandths = sum
        }

        package static func < (left: Decimal, right: Decimal) -> Bool { left.tenThousandths < right.tenThousandths }
    }
}

extension Value.Decimal: CustomStringConvertible {
    package var description: String {
        let magnitude = tenThousandths.magnitude
        let fraction = String(magnitude % 10000)
        let padding = String(repeating: "0", count: 4 - fraction.utf8.count)
        return (tenThousandths < 0 ? "-" : "") + "\(magnitude / 10000)." + padding + fraction
    }
}

/// Plain ASCII digits to numbers.
enum Digits {
    /// At least one digit and nothing else, with the sign applied from the first digit on, so that the least
    /// number fits as well. Nil for anything else and for what does not fit.
    static func number(_ digits: some Collection<UInt8>, negative: Bool = false) -> Int64? {
        guard !digits.isEmpty else { return nil }
        var result: Int64 = 0
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let digit = Int64(byte - UInt8(ascii: "0"))
            let (scaled, tooLarge) = result.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = scaled.addingReportingOverflow(negative ? -digit : digit)
            if tooLarge || overflow { return nil }
            result = sum
        }
        return result
    }
}
