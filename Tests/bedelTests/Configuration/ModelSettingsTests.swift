import Testing
import Yams

@testable import bedel

@Suite("Models in the configuration file")
struct ModelSettingsTests {
    private func read(_ text: String) throws -> ServerConfiguration.Models {
        try YAMLDecoder().decode(ServerConfiguration.Models.self, from: text)
    }

    @Test func modelsSleepWhenItIsWritten() throws {
        #expect(try read("sleep-after-minutes: 60").sleepAfter == .seconds(3600))
        #expect(try read("{}").sleepAfter == nil)
    }

    @Test(arguments: ["sleep-after-minutes: 0", "sleep-after-minutes: -5", "sleep-after-minutes: soon", "sleep: 5"])
    func whatCannotBeMeantIsRefused(_ text: String) {
        #expect(throws: DecodingError.self) { try read(text) }
    }
}
