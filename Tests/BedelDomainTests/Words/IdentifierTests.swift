import BedelDomain
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    private typealias ID = Identifier<IdentifierTests>

    @Test func madeOnesAreAcceptedAndDifferent() {
        let ids = (0..<1000).map { _ in ID.random(at: Timestamp(seconds: 1_795_251_900)) }
        #expect(Set(ids).count == 1000)
        #expect(ids.allSatisfy { ID($0.rawValue) == $0 })
    }

    @Test func laterOnesSortLater() {
        let moments = [0, 1, 31_999, 32_000, 1_795_251_900_000, 281_474_976_710_655].map {
            Timestamp(microseconds: $0 * 1000)
        }
        let ids = moments.map { ID.random(at: $0) }
        #expect(ids == ids.sorted())
    }

    @Test func firstTenDigitsAreTheMilliseconds() {
        #expect(ID.random(at: Timestamp(microseconds: 0)).rawValue.hasPrefix("0000000000"))
        #expect(ID.random(at: Timestamp(microseconds: 33_000)).rawValue.hasPrefix("0000000011"))
        #expect(ID.random(at: Timestamp(microseconds: 281_474_976_710_655_000)).rawValue.hasPrefix("7zzzzzzzzz"))
    }

    @Test func momentsBeforeTheEpochCountAsTheEpoch() {
        #expect(ID.random(at: Timestamp(seconds: -5)).rawValue.hasPrefix("0000000000"))
    }

    @Test(arguments: ["0123456789abcdefghjkmnpqrs", "7zyxwvtsrqpnmkjhgfedcba987", "00000000000000000000000001"])
    func areWrittenAsTheyWereRead(_ text: String) {
        #expect(ID(text)?.rawValue == text)
    }

    @Test func areOrderedAsTheirTextsAre() {
        let ids = (0..<1000).map { ID.random(at: Timestamp(seconds: Int64($0 % 7) << 30)) }
        #expect(ids.sorted().map(\.rawValue) == ids.map(\.rawValue).sorted())
    }

    @Test(arguments: [
        "", "0", "01234567890123456789012345", "7zzzzzzzzzzzzzzzzzzzzzzzzz", "00000000000000000000000000",
    ])
    func acceptedExactlyWhenOfItsForm(_ text: String) {
        #expect((ID(text) != nil) == (text.utf8.count == 26))
    }

    @Test(arguments: [
        "8zzzzzzzzzzzzzzzzzzzzzzzzz", "0123456789012345678901234I", "0123456789012345678901234i",
        "0123456789012345678901234l", "0123456789012345678901234o", "0123456789012345678901234u",
        "0123456789012345678901234A", "0123456789012345678901234-", "0123456789012345678901234 ",
        "012345678901234567890123é", "012345678901234567890123456",
    ])
    func othersAreRefused(_ text: String) {
        #expect(ID(text) == nil)
    }
}
