import BedelDomain
import FoundationEssentials
import Testing

/// The example of policies/README.md, so that it is known to work as it stands there.
@Suite("Policies that ask for a better sign-in")
struct StepUpTests {
    private let policies: CedarAuthorizer

    init() throws {
        let readme = try ShippedPolicies.text(of: "policies/README.md")
        let blocks = readme.components(separatedBy: "```cedar\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        let example = try #require(blocks.first { $0.contains("sign-in") })
        let shipped = try ShippedPolicies.texts()
        policies = try CedarAuthorizer(
            PolicyTexts(
                schema: shipped.schema, policies: shipped.policies + [.init(name: "local.cedar", text: example)]))
    }

    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let demand = SignInDemand(maximumAge: .seconds(900), levels: ["gold"])

    private func decision(
        _ age: Duration?, _ level: String?, isAdmin: Bool = true, proof: Principal.Proof? = nil
    ) -> Decision {
        let authentication = Authentication(time: age.map { Self.now - $0 }, level: level, seenAt: Self.now)
        let principal = Principal(
            user: .random(at: Self.now), login: "root", name: "Root", email: "", groups: [], isAdmin: isAdmin,
            roles: [:], proof: proof ?? .session(.random(at: Self.now)),
            authentication: proof == nil ? authentication : nil)
        return policies.decide(Question(principal, .profileCreate, .platform))
    }

    @Test("a sign-in that is fresh and strong is enough, up to the last second")
    func freshAndStrongIsAllowed() {
        for age in [0, 1, 899, 900] { #expect(decision(.seconds(age), "gold").isAllowed, "\(age)") }
    }

    @Test("one that is stale or weak, or of which the provider says nothing, is asked for again")
    func staleOrWeakIsAskedForAgain() throws {
        let demand = try #require(Self.demand)
        for (age, level) in [
            (.seconds(901), "gold"), (.seconds(5), "silver"), (.seconds(5), nil), (nil, "gold"), (nil, nil),
            (.milliseconds(900_001), "gold"), (.seconds(5), "gold silver"), (.seconds(5), "GOLD"),
        ] as [(Duration?, String?)] {
            #expect(decision(age, level) == .signInAgain(demand), "\(String(describing: age)) \(level ?? "-")")
        }
    }

    @Test("whoever may not do it at all is not sent to sign in for nothing")
    func othersAreRefusedAsBefore() {
        #expect(decision(.seconds(5000), nil, isAdmin: false) == .deny(.role))
    }

    @Test func accessTokensGoOnWithinTheirScopes() {
        let id = AccessToken.ID.random(at: Self.now)
        #expect(decision(nil, nil, proof: .accessToken(id, [.manage])).isAllowed)
        #expect(decision(nil, nil, proof: .accessToken(id, [.read])) == .deny(.scope))
    }

    @Test("another policy that refuses stands above it: a better sign-in would not help")
    func anotherRefusalStands() throws {
        let closed = try CedarAuthorizer(
            ShippedPolicies.with(
                """
                @id("a") @reason("sign-in") @max_age("1m")
                forbid (principal, action == Action::"profile.create", resource) when { context has signIn };
                @id("b") forbid (principal, action == Action::"profile.create", resource);
                """))
        let principal = Principal(
            user: .random(at: Self.now), login: "root", name: "Root", email: "", groups: [], isAdmin: true,
            roles: [:], proof: .session(.random(at: Self.now)))
        #expect(closed.decide(Question(principal, .profileCreate, .platform)) == .deny(.role))
    }

    @Test func theErrorCarriesTheDemand() throws {
        let demand = try #require(Self.demand)
        let error = BedelError.signInAgain(demand)
        #expect(error.signInDemand == demand)
        #expect(error.arguments == ["max_age": "900", "acr_values": "gold"])
        #expect(BedelError(.forbidden, "no").signInDemand == nil)
    }

    @Test(
        arguments: [
            (nil, nil), ("", ""), ("-1", nil), ("ten", nil), ("99999999999", nil), (nil, " "), (nil, "a\u{7}b"),
            (nil, String(repeating: "x", count: 101)), (nil, "a b c d e f g h i j k"), ("1.5", "gold"),
        ] as [(String?, String?)])
    func whatIsNoDemandIsNone(_ age: String?, _ levels: String?) {
        #expect(SignInDemand(maxAge: age, levels: levels) == nil)
    }
}
