import Testing

@testable import bedel

@Suite("When policies are read again")
struct PolicyWatchTests {
    /// Each row: what was seen, look by look, and when it was read (`r`).
    @Test(arguments: [
        ("aaa", "---"), ("abb", "--r"), ("abbb", "--r-"), ("abcdd", "----r"), ("abaa", "----"), ("abbaa", "--r-r"),
        ("abcbb", "----r"),
    ])
    func aChangeIsReadOnceItHasStayedTheSame(_ stamps: String, _ expected: String) {
        var watch = PolicyWatch<Character>("a")
        #expect(String(stamps.map { watch.sees($0) ? "r" : "-" }) == expected)
    }
}
