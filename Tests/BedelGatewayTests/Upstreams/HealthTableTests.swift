import BedelDomain
import Testing

@testable import BedelGateway

@Suite("What health checks show")
struct HealthTableTests {
    private let target = HealthTarget(address: .tcp(host: "10.0.0.1", port: 80), path: "/health")

    @Test func oneBadAnswerChangesNothing() {
        var table = HealthTable(UpstreamSettings())
        for isGood in [false, false, true, false, false, true, false, true, true] {
            let changes = table.note([target: isGood])
            #expect(changes == [:])
        }
    }

    @Test func threeInARowDoAndTwoGoodOnesBringItBack() {
        var table = HealthTable(UpstreamSettings())
        let changes = [false, false, false, false, true, true, true].map { table.note([target: $0]) }
        #expect(changes == [[:], [:], [target.address: false], [:], [:], [target.address: true], [:]])
    }

    @Test func whatIsNoLongerAskedBeginsAnew() {
        var table = HealthTable(UpstreamSettings())
        _ = table.note([target: false])
        _ = table.note([target: false])
        _ = table.note([:])
        let changes = table.note([target: false])
        #expect(changes == [:])
    }
}
