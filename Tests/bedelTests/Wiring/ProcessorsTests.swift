import Testing

@testable import bedel

@Suite("Processors that may be used")
struct ProcessorsTests {
    @Test(arguments: [
        ("0", 1), ("0-1", 2), ("0-3,8", 5), ("2,4,6-7", 4), ("", nil), ("x", nil), ("3-1", nil),
    ])
    func areCountedAsTheSystemListsThem(_ list: String, _ count: Int?) {
        let status = "Name:\tbedel\nCpus_allowed:\t3\nCpus_allowed_list:\t\(list)\nMems_allowed_list:\t0\n"
        #expect(Processors.allowed(in: status) == count)
    }

    @Test func nobodySaysHowMany() { #expect(Processors.allowed(in: "Name:\tbedel\n") == nil) }
}
