internal import BedelDomain

/// Writes moments as RFC 3339 with microseconds; of those in one second, all but the first cost only six digits.
struct TimeText {
    private var second = Int64.min
    private var bytes: [UInt8] = []
    private static let fractionStart = "2026-11-21T09:05:00.".utf8.count

    mutating func text(of time: Timestamp) -> [UInt8] {
        if time.seconds != second {
            second = time.seconds
            bytes = Array(Timestamp(seconds: second).rfc3339(fraction: true).utf8)
        }
        var rest = Int(time.microseconds - second * 1_000_000)
        bytes.withUnsafeMutableBufferPointer { bytes in
            for index in stride(from: Self.fractionStart + 5, through: Self.fractionStart, by: -1) {
                bytes[index] = UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0")
                rest /= 10
            }
        }
        return bytes
    }
}
