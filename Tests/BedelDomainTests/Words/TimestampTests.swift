import BedelDomain
import Testing

@Suite("Timestamps")
struct TimestampTests {
    /// Seconds as GNU `date -u -d TEXT +%s` gives them.
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-21T09:05:00Z", 1_795_251_900), ("2000-02-29T12:00:00Z", 951_825_600),
            ("2024-02-29T23:59:59Z", 1_709_251_199), ("1900-03-01T00:00:00Z", -2_203_891_200),
            ("1969-12-31T23:59:59Z", -1), ("2100-02-28T00:00:00Z", 4_107_456_000),
            ("2038-01-19T03:14:08Z", 2_147_483_648),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Int64)])
    func textAndSecondsAgreeBothWays(_ text: String, _ seconds: Int64) throws {
        let time = try #require(Timestamp(text))
        #expect(time.seconds == seconds)
        #expect(time == Timestamp(seconds: seconds))
        #expect(time.description == text)
    }

    @Test func everyDayOfFourHundredYearsComesBack() throws {
        for day in stride(from: Int64(-73_049), through: 73_048, by: 1) {
            let time = Timestamp(seconds: day * 86_400 + 3_661)
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test(arguments: [
        ("2026-11-21T10:05:00+01:00", "2026-11-21T09:05:00Z"), ("2026-11-21T04:35:00-04:30", "2026-11-21T09:05:00Z"),
        ("2026-11-21T00:30:00+14:00", "2026-11-20T10:30:00Z"), ("2026-12-31T23:59:59-00:01", "2027-01-01T00:00:59Z"),
        ("2026-11-21t09:05:00z", "2026-11-21T09:05:00Z"), ("2026-11-21 09:05:00Z", "2026-11-21T09:05:00Z"),
        ("2026-11-21T09:05", "2026-11-21T09:05:00Z"), ("2026-11-21T09:05:00", "2026-11-21T09:05:00Z"),
    ])
    func offsetsAndFormsOfBrowsersAreRead(_ text: String, _ utc: String) throws {
        #expect(try #require(Timestamp(text)).description == utc)
    }

    @Test(arguments: [
        ("2026-11-21T09:05:00.5Z", "2026-11-21T09:05:00.500000Z"),
        ("2026-11-21T09:05:00.123456Z", "2026-11-21T09:05:00.123456Z"),
        ("2026-11-21T09:05:00.123456789Z", "2026-11-21T09:05:00.123456Z"),
        ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
    ])
    func fractionsAreKeptToTheMicrosecond(_ text: String, _ full: String) throws {
        let time = try #require(Timestamp(text))
        #expect(time.rfc3339(fraction: true) == full)
        #expect(Timestamp(full) == time)
    }

    @Test(arguments: [
        "", "now", "2026-11-21", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00+1:00", "2026-01-01T00:00:00+01", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00ZZ",
        " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z ", "+026-01-01T00:00:00Z", "26-01-01T00:00:00Z",
        "2026-1-1T00:00:00Z", "２０２６-01-01T00:00:00Z", "2026-01-01T00:00:0", "2026-01-01T00:00:00 Z",
    ])
    func whatIsNoMomentIsRefused(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func textWithFractionOrdersAsTheTimeDoes() {
        let times = [-1_000_001, -1, 0, 1, 999_999, 1_000_000, 1_795_251_900_000_001].map {
            Timestamp(microseconds: $0)
        }
        #expect(times.map { $0.rfc3339(fraction: true) } == times.map { $0.rfc3339(fraction: true) }.sorted())
        #expect(times == times.sorted())
    }

    @Test func secondsAreRoundedDownBeforeTheEpochToo() {
        #expect(Timestamp(microseconds: -1).seconds == -1)
        #expect(Timestamp(microseconds: -1_000_000).seconds == -1)
        #expect(Timestamp(microseconds: 1_999_999).seconds == 1)
    }

    @Test func spansAddUp() {
        let time = Timestamp(seconds: 100)
        #expect(time + .milliseconds(1500) == Timestamp(microseconds: 101_500_000))
        #expect(time - .seconds(101) == Timestamp(seconds: -1))
        #expect(Timestamp(seconds: 3) - Timestamp(seconds: 5) == .seconds(-2))
        #expect(Duration.nanoseconds(1999).microseconds == 1)
        #expect(Duration.microseconds(-1999).milliseconds == -1)
    }

    /// A token may say `"exp": 9e18`; that must not stop the process.
    @Test func farAwayMomentsStopAtTheEdge() {
        #expect(Timestamp(seconds: .max) == Timestamp(microseconds: .max))
        #expect(Timestamp(seconds: .min) == Timestamp(microseconds: .min))
        #expect(Timestamp(microseconds: .max) + .seconds(1) == Timestamp(microseconds: .max))
        #expect(Timestamp(microseconds: .min) - .seconds(1) == Timestamp(microseconds: .min))
        #expect(Timestamp(microseconds: .max) - Timestamp(microseconds: .min) == .microseconds(Int64.max))
        #expect(Duration.seconds(Int64.max).microseconds == .max)
        #expect(Duration.seconds(Int64.min).microseconds == .min)
        #expect(!Timestamp(microseconds: .max).rfc3339(fraction: true).isEmpty)
        #expect(!Timestamp(microseconds: .min).rfc3339(fraction: true).isEmpty)
    }
}
