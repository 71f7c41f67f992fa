import BedelDomain
import Testing

@Suite("Labels")
struct LabelTests {
    @Test(arguments: ["a", "0", "ml-2026", "digits-v2", "a-b-c", "1-1", String(repeating: "a", count: 40)])
    func dnsLabelsAreAccepted(_ text: String) throws {
        #expect(try #require(Label(text)).rawValue == text)
        #expect(try Label(checking: text, of: "model").description == text)
    }

    @Test(arguments: [
        "", "-", "-a", "a-", "a--b", "A", "Digits", "a_b", "a.b", "a b", "a/b", "..", "é", "ａ", "a\n", "a\0",
        String(repeating: "a", count: 41),
    ])
    func anythingElseIsRefusedWithAnExample(_ text: String) {
        #expect(Label(text) == nil)
        let error = #expect(throws: BedelError.self) { _ = try Label(checking: text, of: "model") }
        #expect(error?.code == .invalidName)
        #expect(error?.next.contains("digits-v2") == true)
    }

    @Test func longNamesAreCutInTheMessage() {
        let error = #expect(throws: BedelError.self) {
            _ = try Label(checking: String(repeating: "x", count: 5000), of: "model")
        }
        #expect((error?.message.count ?? .max) < 120)
    }
}
