import Cedar
import Testing

@Suite("Checking policies against a schema") struct ValidationTests {
    private static let schema = """
        entity Group;
        entity User in [Group] {
            age: Long, name: String, nick?: String, roles: Set<String>, address?: { zip?: Long }, friend?: User
        } tags String;
        entity Robot;
        entity Color enum ["red", "green"];
        entity Model { owner: User, open: Bool, color: Color, since: datetime };
        action any;
        action read in [any] appliesTo { principal: [User, Robot], resource: Model, context: { from?: ipaddr } };
        action grade appliesTo { principal: User, resource: Model };
        """

    private func report(_ policies: String) throws -> ValidationReport {
        try Schema(parsing: Self.schema).validate(try PolicySet(parsing: policies))
    }

    private func check(_ condition: String) throws -> [String] {
        let scope = #"permit(principal is User, action == Action::"read", resource)"#
        return try report("\(scope)\nwhen { \(condition) };").errors.map { "\($0.position) \($0.message)" }
    }

    @Test(arguments: [
        "principal.age > 18", "principal has nick && principal.nick like \"a*\"", "resource.owner == principal",
        "principal has address.zip && principal.address.zip == 5", #"principal in Group::"g""#,
        #"principal.hasTag("t") && principal.getTag("t") == "x""#, #"principal.roles.contains("teacher")"#,
        #"context has from && context.from.isInRange(ip("10.0.0.0/8"))"#, #"resource.color == Color::"red""#,
        #"(if principal has nick then principal.nick else principal.name) == "x""#,
        "(principal has nick && true) && principal.nick == \"x\"", "!(principal has friend) || principal has nick",
        #"resource.since.offset(duration("1d")) < datetime("2026-01-01")"#, "principal.roles.isEmpty()",
        "principal is Robot || principal.age == 1", #"action in Action::"any""#,
        "[1, 2].containsAll([principal.age])", "{a: 1} == {a: principal.age}",
    ])
    func whatIsWellTypedPasses(condition: String) throws {
        #expect(try check(condition) == [])
    }

    @Test(arguments: [
        ("principal.agee > 18", "2:8 `User` has no attribute `agee`: did you mean `age`?"),
        (
            "principal.nick == \"x\"",
            "2:8 the attribute `nick` is optional: ask for it with `has nick &&` before reading it"
        ),
        (
            "principal has nick || principal.nick == \"x\"",
            "2:30 the attribute `nick` is optional: ask for it with `has nick &&` before reading it"
        ),
        ("principal.age == \"18\"", "2:8 these can never be equal: Long and String"),
        ("principal.name < 1", "2:8 expected Long but this is String"),
        ("principal.age && true", "2:8 expected Bool but this is Long"),
        ("principal.age", "2:8 expected Bool but this is Long"),
        ("principal.name + 1 == 2", "2:8 expected Long but this is String"),
        ("principal.age like \"a\"", "2:8 expected String but this is Long"),
        ("principal in Gruop::\"g\"", "2:21 there is no entity type `Gruop`: did you mean `Group`?"),
        ("principal is Usr", "2:8 there is no entity type `Usr`: did you mean `User`?"),
        ("action == Action::\"raed\"", "2:18 there is no action Action::\"raed\": did you mean `Action::\"read\"`?"),
        (
            "resource.color == Color::\"blue\"",
            "2:26 Color::\"blue\" does not exist: the only ids of Color are \"red\", \"green\""
        ),
        ("principal.roles.contains(1)", "2:33 a set of String can never contain Long"),
        (
            "principal.roles.containsAll(\"a\")",
            "2:36 expected a set but this is String: use `contains` to ask for a single value"
        ),
        ("principal.contains(1)", "2:8 expected a set but this is User: use `in` to ask for a group"),
        (
            "principal.roles in principal",
            "2:8 expected an entity but this is Set<String>: use `contains` to ask whether a set has it"
        ),
        ("[] == principal.roles", "2:8 the type of an empty set is unknown: use `isEmpty()` to ask for one"),
        ("[1, \"a\"] == [1]", "2:12 the elements of a set have one type: this is String, not Long"),
        (
            "principal.getTag(\"t\") == \"x\"",
            "2:8 a tag may be missing: ask for it with `hasTag(...) &&` before reading it"
        ),
        ("ip(principal.name).isIpv4()", "2:11 `ip` takes a text that is written out here"),
        ("ip(\"300.0.0.1\").isIpv4()", "2:11 `ip` cannot read \"300.0.0.1\""),
        (
            "context.from.isInRange(ip(\"::1\"))",
            "2:8 the attribute `from` is optional: ask for it with `has from &&` before reading it"
        ),
        ("(if resource.open then 1 else \"a\") == 1", "2:8 the two branches have one type: these are Long and String"),
    ])
    func whatIsWronglyTypedIsRefusedWithItsPlace(condition: String, expected: String) throws {
        #expect(try check(condition).first == expected)
    }

    @Test func attributesAreCheckedForEveryTypeThatTheScopeLetsThrough() throws {
        let open = try report(#"permit(principal, action == Action::"read", resource) when { principal.age > 18 };"#)
        #expect(open.errors.map(\.message) == ["`Robot` has no attribute `age`"])
        let guarded = "permit(principal, action, resource) when { principal is User && principal.age > 18 };"
        #expect(try report(guarded).isValid)
    }

    @Test func aScopeThatFitsNothingIsRefused() throws {
        let findings = try report(#"permit(principal is Robot, action == Action::"grade", resource);"#)
        #expect(
            findings.errors.map(\.message) == [
                "this scope fits no request of the schema: Action::\"grade\" is for principals of type User and "
                    + "resources of type Model"
            ])
        #expect(try !report(#"permit(principal in Model::"m", action, resource);"#).isValid)
        #expect(try !report("permit(principal, action, resource is User);").isValid)
    }

    @Test func namesInTheScopeAreChecked() throws {
        let findings = try report(#"permit(principal == Usr::"a", action == Action::"reed", resource);"#)
        #expect(
            findings.errors.map(\.message) == [
                "there is no entity type `Usr`: did you mean `User`?",
                "there is no action Action::\"reed\": did you mean `Action::\"read\"`?",
            ])
    }

    @Test func aPolicyThatCanNeverApplyIsAWarning() throws {
        let findings = try report("permit(principal, action, resource) when { principal is User && resource is User };")
        #expect(findings.isValid)
        #expect(findings.warnings.map(\.message) == ["this policy can never apply: its conditions are never true"])
    }

    @Test func templatesAreChecked() throws {
        let findings = try report(
            "permit(principal in ?principal, action, resource == ?resource) when { resource.opn };")
        #expect(findings.errors.map(\.message) == ["`Model` has no attribute `opn`: did you mean `open`?"])
    }

    @Test func aFindingShowsTheLine() throws {
        let policies = try PolicySet(parsing: "permit(principal, action, resource)\nwhen { 1 };", name: "lab.cedar")
        let findings = try Schema(parsing: Self.schema).validate(policies)
        #expect(
            findings.description == """
                error: lab.cedar:2:8: policy "policy0": expected Bool but this is Long
                    when { 1 };
                           ^
                """)
    }
}
