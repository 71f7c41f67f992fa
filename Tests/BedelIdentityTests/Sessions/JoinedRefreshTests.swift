import BedelDomain
import BedelStore
import Testing

@testable import BedelIdentity

/// Two processes' worth of everything, in front of one PostgreSQL and one provider.
@Suite("Refreshing a session from two processes")
struct JoinedRefreshTests {
    @Test func fiftyRequestsAtTwoProcessesAreOneTokenRequest() async throws {
        try await ScratchPostgres.run { open in
            try await HostileProvider.run { provider in
                try await Desk.open([try provider.configuration()], clock: provider.clock) { browser in
                    let first = try await BedelProcess(provider, browser.client, open())
                    let second = try await BedelProcess(provider, browser.client, open())
                    let outcome: Swift.Result<Void, any Error>
                    do {
                        outcome = .success(try await refresh(at: first, second, provider, browser))
                    } catch { outcome = .failure(error) }
                    await first.database.shutdown()
                    await second.database.shutdown()
                    try outcome.get()
                }
            }
        }
    }

    private func refresh(
        at first: BedelProcess, _ second: BedelProcess, _ provider: HostileProvider, _ browser: Desk
    ) async throws {
        let redirect = try await first.signIn.begin(returnTo: "/")
        let signedIn = try await first.signIn.complete(
            query: try await browser.visit(redirect), browser: redirect.browser, inPlaceOf: nil, host: Desk.host,
            in: Desk.context)
        let cookie = Credential.cookie(signedIn.cookie.value, host: Desk.host)
        for round in 1...3 {
            provider.clock.advance(.seconds(290))
            provider.change { $0.person["groups"] = [.string("round-\(round)")] }
            let people = try await withThrowingTaskGroup(of: Principal.self) { group in
                for number in 0..<50 {
                    let process = number.isMultiple(of: 2) ? first : second
                    group.addTask { try await process.authenticator.authenticate(cookie).principal }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(people.count == 50, "nobody is turned away")
            #expect(provider.hits("refresh") == round)
            for process in [first, second] {
                let after = try await process.authenticator.authenticate(cookie).principal
                #expect(after.groups == ["round-\(round)"])
            }
            #expect(provider.hits("refresh") == round)
        }
    }
}
