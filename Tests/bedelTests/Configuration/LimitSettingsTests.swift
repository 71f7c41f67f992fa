import BedelDomain
import BedelGateway
import Testing
import Yams

@testable import bedel

@Suite("Limits in the configuration file")
struct LimitSettingsTests {
    private func applied(_ text: String) throws -> GatewayConfiguration {
        var configuration = GatewayConfiguration(
            listener: .init(host: "", port: 0), baseAuthority: "lab.example.edu", isSecure: true)
        try YAMLDecoder().decode(ServerConfiguration.Limits.self, from: text).apply(to: &configuration)
        return configuration
    }

    @Test func whatIsWrittenCountsAndTheRestKeepsItsDefault() throws {
        let configuration = try applied(
            """
            user: {per-second: 50, burst: 200}
            route: {per-second: 0.5}
            at-once-per-profile: 32
            turn-seconds: 3
            model-body: 1000
            at-once-per-user: 8
            at-once-strangers: 5
            unread-per-user: 9
            unread: 10
            least-bytes-per-second: 0
            pace-seconds: 5
            """)
        #expect(configuration.fairUse.atOncePerUser == 8)
        #expect(configuration.fairUse.atOnceStrangers == 5)
        #expect(configuration.fairUse.unreadPerUser == 9)
        #expect(configuration.fairUse.unread == 10)
        #expect(configuration.timeOuts.leastBytesPerSecond == 0)
        #expect(configuration.timeOuts.paceWindow == .seconds(5))
        #expect(configuration.fairUse.user == RequestRate(perSecond: 50, burst: 200))
        #expect(configuration.fairUse.route == RequestRate(perSecond: 0.5, burst: 1))
        #expect(configuration.fairUse.atOncePerProfile == 32)
        #expect(configuration.timeOuts.turn == .seconds(3))
        #expect(configuration.fairUse.modelBody == 1000)
        #expect(configuration.fairUse.address == FairUse().address)
        #expect(configuration.fairUse.atOnce == FairUse().atOnce)
    }

    @Test(
        arguments: [
            "user: {per-second: 0}", "user: {per-second: -1, burst: 5}", "profile: {per-second: 5, burst: 0}",
            "at-once: 0", "turn-seconds: -1", "model-body: 0", "user: {per-second: .inf}",
        ])
    func whatLetsNothingThroughIsRefused(_ text: String) {
        #expect(throws: BedelError.self) { try applied(text) }
    }

    // MARK: Sockets that are handed over

    private func sockets(_ environment: [String: String]) throws -> InheritedSockets {
        try InheritedSockets(environment: environment, processID: 42)
    }

    @Test func socketsComeInTheOrderOfTheirNames() throws {
        let both = try sockets(["LISTEN_PID": "42", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "admin:gateway"])
        #expect(both.gateway == 4)
        #expect(both.admin == 3)
        #expect(try sockets(["LISTEN_PID": "42", "LISTEN_FDS": "1"]).gateway == 3)
    }

    @Test(
        arguments: [
            [:], ["LISTEN_PID": "41", "LISTEN_FDS": "1"], ["LISTEN_PID": "42"],
            ["LISTEN_PID": "42", "LISTEN_FDS": "0"], ["LISTEN_PID": "42", "LISTEN_FDS": "x"],
        ])
    func whatIsNotForUsIsLeftAlone(_ environment: [String: String]) throws {
        let none = try sockets(environment)
        #expect(none.gateway == nil && none.admin == nil)
    }

    @Test(arguments: ["gateway", "gateway:gateway", "gateway:other"])
    func namesThatSayNothingAreRefused(_ names: String) {
        #expect(throws: BedelError.self) {
            try sockets(["LISTEN_PID": "42", "LISTEN_FDS": "2", "LISTEN_FDNAMES": names])
        }
    }
}
