import BedelDomain
import Testing

@testable import BedelIdentity

@Suite("Signing in again, fresher or stronger")
struct StepUpTests {
    private static let demand = SignInDemand(maximumAge: .seconds(300), levels: ["gold", "silver"])

    private func signIn(
        _ claims: [String: JSONValue], demand: SignInDemand? = Self.demand
    ) async throws -> Result<Principal, any Error> {
        try await HostileProvider.run { provider in
            provider.change { $0.idToken = claims }
            return try await Desk.open([try provider.configuration()], clock: provider.clock) { desk in
                let redirect = try await desk.signIn.begin(SignInWish(returnTo: "/admin", demand: demand))
                let query = try await desk.visit(redirect)
                do {
                    let signedIn = try await desk.complete(query, browser: redirect.browser)
                    #expect(signedIn.returnTo == "/admin")
                    return .success(try await desk.principal(of: signedIn))
                } catch {
                    let reasons = await desk.house.reasons(of: "sign-in.failed")
                    #expect(reasons == ["insufficient-authentication"] || reasons == ["bad-token"])
                    return .failure(error)
                }
            }
        }
    }

    @Test func theProviderIsToldWhatIsNeeded() async throws {
        try await HostileProvider.face { provider, desk in
            let demanding = try await desk.signIn.begin(SignInWish(returnTo: "/", demand: Self.demand))
            _ = try await desk.visit(demanding)
            #expect(provider.lastAuthorization["acr_values"] == "gold silver")
            #expect(provider.lastAuthorization["max_age"] == "300")
            let plain = try await desk.signIn.begin(returnTo: "/")
            #expect(!plain.location.contains("max_age") && !plain.location.contains("acr_values"))
        }
    }

    @Test("what the provider says of the sign-in is kept with the session")
    func theSessionKnowsHowItWasSignedIn() async throws {
        let principal = try await signIn(["acr": "silver"]).get()
        let authentication = try #require(principal.authentication)
        #expect(authentication.level == "silver")
        #expect(try #require(authentication.age) < .seconds(5))
    }

    @Test("without a demand anything goes, and what is not said is not known")
    func nothingIsMadeUp() async throws {
        let principal = try await signIn(["auth_time": .null, "acr": .null], demand: nil).get()
        #expect(principal.authentication?.time == nil && principal.authentication?.level == nil)
        let ahead = try await signIn(["auth_time": 253_000_000_000], demand: nil).get()
        #expect(ahead.authentication?.time == nil, "it would be fresh for ever")
        let odd = try await signIn(["auth_time": "yesterday", "acr": 3], demand: nil).get()
        #expect(odd.authentication?.time == nil && odd.authentication?.level == nil)
    }

    @Test(
        "a sign-in that is not what was asked for opens no session",
        arguments: [
            ["acr": .null], ["acr": "bronze"], ["acr": "GOLD"], ["acr": "gold silver"], ["acr": ["gold"]],
            ["acr": "gold", "auth_time": .null], ["acr": "gold", "auth_time": "1800000000"],
            ["acr": "gold", "auth_time": 1000], ["acr": "gold", "auth_time": 253_000_000_000],
        ] as [[String: JSONValue]])
    func lessIsRefused(_ claims: [String: JSONValue]) async throws {
        let result = try await signIn(claims)
        let error = try #require(throws: BedelError.self) { _ = try result.get() }
        #expect(error.code == .signInFailed)
        #expect(["insufficient-authentication", "bad-token"].contains(error.arguments["reason"]))
    }

    @Test("who signs in again in the same browser has one session, not two", arguments: [true, false])
    func theOldSessionEndsWithTheNewOne(inOneProviderSession: Bool) async throws {
        try await HostileProvider.face { provider, desk in
            let (old, elsewhere) = (try await desk.enter(), "mlflow--ml-2026.localhost:8080")
            guard case .session(let session) = old.proof else { return }
            let code = try await desk.signIn.handOver(session, of: old, to: elsewhere)
            let there = try await desk.signIn.receiveHandover(code: code, host: elsewhere)
            if !inOneProviderSession { provider.change { $0.person["sid"] = "sid-2" } }
            let redirect = try await desk.signIn.begin(SignInWish(returnTo: "/", demand: nil))
            let again = try await desk.complete(
                try await desk.visit(redirect), browser: redirect.browser, inPlaceOf: session)
            await expectAdmission { try await desk.principal(of: again) }
            await expectRefusal(.signInRequired) {
                try await desk.authenticator.authenticate(
                    .cookie(desk.cookies.seal(session, host: Desk.host), host: Desk.host))
            }
            let isStillThere =
                await refusal {
                    try await desk.authenticator.authenticate(.cookie(there.value, host: elsewhere))
                } == nil
            #expect(isStillThere == inOneProviderSession, "what was handed over goes with its provider session")
            #expect(await desk.house.reasons(of: "session.ended") == ["signed in again"])
        }
    }

    @Test func aSignInThatFailsEndsNothing() async throws {
        try await HostileProvider.face { provider, desk in
            let old = try await desk.enter()
            guard case .session(let session) = old.proof else { return }
            provider.change { $0.idToken = ["nonce": "another"] }
            let redirect = try await desk.signIn.begin(SignInWish(returnTo: "/", demand: nil))
            let query = try await desk.visit(redirect)
            await expectRefusal(.signInFailed) {
                try await desk.complete(query, browser: redirect.browser, inPlaceOf: session)
            }
            #expect(await desk.house.openSessions.map(\.id) == [session])
        }
    }

    @Test("the assertion carries it to the console, counted to the moment it is read")
    func theAssertionCarriesIt() throws {
        let seen = Timestamp(seconds: 1_800_000_000)
        let principal = Principal(
            user: .random(at: seen), login: "ana", name: "Ana", email: "", groups: [], isAdmin: false, roles: [:],
            proof: .session(.random(at: seen)),
            authentication: Authentication(time: seen - .seconds(60), level: "gold", seenAt: seen))
        let claims = JSONValue.object(PrincipalClaims.claims(of: principal))
        let read = try #require(PrincipalClaims.principal(from: claims, at: seen + .seconds(30)))
        #expect(read.authentication?.level == "gold")
        #expect(read.authentication?.age == .seconds(90))
    }
}
