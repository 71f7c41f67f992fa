import NIOCore
import Testing

@testable import BedelGateway

@Suite("A retry budget")
struct RetryBudgetTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    @Test func aFewAreAlwaysAllowed() {
        var budget = RetryBudget(UpstreamSettings(), now: start)
        let granted = (0..<100).count { _ in budget.spend(at: start) }
        #expect(granted == 10)
    }

    @Test func elseAShareOfTheRequests() {
        var budget = RetryBudget(UpstreamSettings(), now: start)
        for _ in 0..<1000 { budget.noteRequest() }
        let granted = (0..<1000).count { _ in budget.spend(at: start) }
        #expect(granted == 200)
    }

    /// However long everything fails, the load on what fails grows by the share and no more.
    @Test func inALongOutageTheShareHolds() {
        var budget = RetryBudget(UpstreamSettings(), now: start)
        var retries = 0
        for tenth in 0..<6000 {
            let now = start + .milliseconds(Int64(tenth) * 100)
            for _ in 0..<10 {
                budget.noteRequest()
                if budget.spend(at: now) { retries += 1 }
            }
        }
        #expect((9_000...12_100).contains(retries), "\(retries) of 60,000")
    }

    @Test func whatIsLongAgoIsForgotten() {
        var budget = RetryBudget(UpstreamSettings(), now: start)
        for _ in 0..<1000 { budget.noteRequest() }
        let later = start + .seconds(60)
        let granted = (0..<1000).count { _ in budget.spend(at: later) }
        #expect(granted == 10)
    }
}
