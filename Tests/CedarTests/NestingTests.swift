import Cedar
import Testing

@Suite("Deep and hostile texts") struct NestingTests {
    private func accepts(_ condition: String) -> Bool {
        (try? Lab.ask(condition)) != nil
    }

    @Test(arguments: [
        ("(", "true", ")"), ("[", "1", "]"), ("{a: ", "1", "}"), ("!(", "true", ")"), ("if ", "true", " then 1 else 2"),
        ("[1].contains(", "1", ")"), ("ip(", "1", ")"), ("-(", "1", ")"),
    ])
    func deepNestingIsRefusedAndNeverCrashes(open: String, middle: String, close: String) {
        for depth in [10_000, 65] {
            let text = String(repeating: open, count: depth) + middle + String(repeating: close, count: depth)
            #expect(!accepts(text))
        }
        // Deep enough for any person.
        let text = String(repeating: open, count: 40) + middle + String(repeating: close, count: 40)
        #expect(accepts(text))
    }

    @Test func longChainsOfAccessAreRefused() {
        #expect(!accepts("principal" + String(repeating: ".a", count: 10_000)))
        #expect(!accepts("principal has a" + String(repeating: ".a", count: 10_000)))
        #expect(!accepts("principal == " + String(repeating: "A::", count: 10) + "x"))
    }

    @Test func longListsOfOperatorsAreFine() throws {
        #expect(try Lab.ask(Array(repeating: "true", count: 5000).joined(separator: " && ")) == .holds)
        #expect(try Lab.ask(Array(repeating: "false", count: 5000).joined(separator: " || ")) == .fails)
        #expect(try Lab.ask(Array(repeating: "1", count: 5000).joined(separator: " + ") + " == 5000") == .holds)
    }

    @Test func theDeepestAcceptedTextCanBeDecidedExplainedAndChecked() throws {
        // As high a tree as the limits allow: every level adds several nodes.
        let condition =
            String(repeating: "(true && 1 + -(", count: 31) + "1" + String(repeating: ") == 1)", count: 31)
        let policies = try PolicySet(parsing: "permit(principal, action, resource) when { \(condition) };")
        let request = try Lab.request()
        #expect(!policies.decide(request, try Lab.entities()).isAllowed)
        #expect(policies.explain(request, try Lab.entities()).verdicts.count == 1)
        let schema = try Schema(
            parsing: "entity User; entity Model; action read appliesTo {principal: User, resource: Model};")
        #expect(!schema.validate(policies).isValid)
    }

    @Test func brokenTextsAreRefusedWithoutACrash() throws {
        let text = """
            @id("a") permit(principal in Group::"g", action in [Action::"r"], resource is Model) when
            { if principal has a.b then [1, -2].contains(3 * 4) else {x: ip("::1")}.x.isIpv6() || "a" like "b*" };
            entity User in [Group] { a?: Set<Long>, b: {c: String} } tags Long; namespace N { action x appliesTo
            { principal: User, resource: [User], context: {} }; } // \u{e9}\u{1F600}
            """
        var random = SplitMix(state: 7)
        let letters = Array("(){}[]<>\"\\:;.,?@!&|=*+-/ aZ09_\n\u{e9}".unicodeScalars)
        for _ in 0..<3000 {
            var scalars = Array(text.unicodeScalars)
            for _ in 0..<random.below(8) + 1 {
                let place = random.below(scalars.count)
                switch random.below(3) {
                case 0: scalars.remove(at: place)
                case 1: scalars.insert(letters[random.below(letters.count)], at: place)
                default: scalars.removeSubrange(place..<min(scalars.count, place + random.below(40)))
                }
            }
            let broken = String(String.UnicodeScalarView(scalars))
            _ = try? PolicySet(parsing: broken)
            _ = try? Schema(parsing: broken)
        }
    }
}

/// A small generator with a seed, so that a failure can be seen again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
