import BedelDomain
import NIOCore
import Synchronization
import Testing

@testable import BedelGateway

@Suite("What is remembered of a principal")
struct KnownPrincipalTests {
    /// Lets everybody in, until told otherwise, and counts.
    private final class Doorman: Authorizer {
        private let state = Mutex((isOpen: true, asked: 0, generation: 0))
        var asked: Int { state.withLock { $0.asked } }
        var generation: Int { state.withLock { $0.generation } }

        func decide(_ question: Question) -> Decision {
            state.withLock { state in
                state.asked += 1
                return state.isOpen ? .allow(policy: "open") : .deny(.role)
            }
        }

        func shut() {
            state.withLock { state in
                state.isOpen = false
                state.generation += 1
            }
        }
    }

    private func request(_ head: String = "GET / HTTP/1.1\r\nHost: bedel.test\r\n\r\n") throws -> NormalRequest {
        var hosts = HostNames()
        return try RequestNormaliser(scheme: "http", base: "bedel.test").normalise(
            HeadParser.request(Array(head.utf8), maximumFields: 10), &hosts)
    }

    private func route(_ name: String = "lab") -> Route {
        Route(
            to: ServiceDefinition(
                name: Label(name)!, profile: People.course, title: name, host: "127.0.0.1", port: 1,
                identityHeaders: [.user: "X-WEBAUTH-USER"]), profileIs: .active)
    }

    private func isIn(_ verdict: Doorkeeper.Verdict) -> Bool { if case .enter = verdict { true } else { false } }

    @Test func aDecisionIsMadeOnceForEachRouteAndAgainUnderOtherPolicies() throws {
        let doorman = Doorman()
        let doorkeeper = Doorkeeper(scheme: "http", baseAuthority: "bedel.test", authorizer: doorman)
        let known = KnownPrincipal(TestGateway.alice, until: Timestamp(seconds: 2000))
        let (request, lab, other) = (try request(), route(), route("other"))
        for _ in 0..<10 { #expect(isIn(doorkeeper.decide(known, request, lab))) }
        #expect(doorman.asked == 1)
        #expect(isIn(doorkeeper.decide(known, request, other)))
        #expect(doorman.asked == 2, "another route is another question")
        doorman.shut()
        #expect(!isIn(doorkeeper.decide(known, request, lab)), "at once")
        #expect(!isIn(doorkeeper.decide(known, request, other)))
    }

    @Test func aRefusalIsNotRemembered() throws {
        let doorman = Doorman()
        doorman.shut()
        let doorkeeper = Doorkeeper(scheme: "http", baseAuthority: "bedel.test", authorizer: doorman)
        let known = KnownPrincipal(TestGateway.alice, until: Timestamp(seconds: 2000))
        let (request, lab) = (try request(), route())
        _ = doorkeeper.decide(known, request, lab)
        let asked = doorman.asked
        #expect(!isIn(doorkeeper.decide(known, request, lab)))
        #expect(doorman.asked > asked)
    }

    @Test func anotherSitesRequestIsRefusedThoughItsSenderWasLetInBefore() throws {
        let doorkeeper = Doorkeeper(scheme: "http", baseAuthority: "bedel.test", authorizer: Doorman())
        let known = KnownPrincipal(TestGateway.browser, until: Timestamp(seconds: 2000))
        let lab = route()
        #expect(isIn(doorkeeper.decide(known, try request(), lab)))
        let foreign = try request("POST / HTTP/1.1\r\nHost: bedel.test\r\nSec-Fetch-Site: cross-site\r\n\r\n")
        #expect(!isIn(doorkeeper.decide(known, foreign, lab)))
    }

    @Test func identityIsWrittenAnewWhenItsAssertionHasBeenUsedLongEnough() throws {
        let known = KnownPrincipal(TestGateway.alice, until: Timestamp(seconds: 2000))
        let lab = route()
        let now = SystemTime().now()
        let signer = Counter()
        for second in [Int64(0), 10, 20] {
            let lines = try known.identity(on: lab, signer: signer, now: now + .seconds(second))
            #expect(String(buffer: lines).contains("X-Bedel-Assertion: 1 service:lab--ml-2026\r\n"))
            #expect(String(buffer: lines).contains("X-WEBAUTH-USER: alice\r\n"))
        }
        let later = try known.identity(on: lab, signer: signer, now: now + .seconds(40))
        #expect(String(buffer: later).contains("X-Bedel-Assertion: 2 service:lab--ml-2026\r\n"))
        let elsewhere = try known.identity(on: route("other"), signer: signer, now: now)
        #expect(String(buffer: elsewhere).contains("X-Bedel-Assertion: 3 service:other--ml-2026\r\n"))
    }

    private final class Counter: Assertions {
        private let count = Mutex(0)
        let publicKeys = ""

        func assertion(for principal: Principal, audience: String) throws -> (token: String, reusableUntil: Timestamp) {
            let number = count.withLock { count in
                count += 1
                return count
            }
            return ("\(number) \(audience)", SystemTime().now() + .seconds(30))
        }

        func verify(_ token: String, audience: String) throws -> Principal {
            throw BedelError(.invalidToken, "Nobody asks.")
        }
    }
}
