import Cedar
import Testing

@Suite("Reading policies") struct PolicyParserTests {
    /// The first error of a text as `line:column message`.
    private func error(_ text: String) -> String? {
        do throws(ParseErrors) {
            _ = try PolicySet(parsing: text)
            return nil
        } catch {
            return error.errors.first.map { "\($0.position) \($0.message)" }
        }
    }

    private func conditionError(_ condition: String) -> String? {
        error("permit(principal,action,resource)when{\n\(condition)};")
    }

    @Test(arguments: [
        "", "// only a comment", "permit(principal, action, resource);", "permit(principal, action, resource,);",
        #"@id("x") @note @if("y") forbid(principal == User::"a", action in [Action::"r", N::Action::"w",], resource);"#,
        #"permit(principal is User in Group::"g", action in [], resource is A::B) when { true } unless { false };"#,
        #"permit(principal == ?principal, action, resource in ?resource);"#,
        #"permit(principal == (User::"a"), action in ((Action::"a")), resource);"#,
        #"permit(principal, action, resource) when { {"a b": 1, if_: 2,} has "a b" && principal.in_ == [1, 2,] };"#,
        "permit(principal,action,resource) when { principal::\"x\" == \"multi\nline\" };",
        "permit(principal,action,resource) when {\u{A0}true\u{2003}};",
    ])
    func whatTheGrammarAllowsIsRead(text: String) {
        #expect(error(text) == nil)
    }

    @Test(arguments: [
        ("permit(principal, action, resource)", "1:36 expected `when`, `unless` or `;` but found end of text"),
        ("allow(principal, action, resource);", "1:1 expected `permit` or `forbid` but found `allow`"),
        ("permit(principal, resource, action);", "1:19 expected `action` but found `resource`"),
        ("permit(principal, action);", "1:25 expected `,` after the action but found `)`"),
        (
            "permit(principal != User::\"a\", action, resource);",
            "1:18 a scope knows only `==`, `in` and `is`: write other comparisons in a `when`"
        ),
        ("permit(principal = User::\"a\", action, resource);", "1:18 `=` is not an operator: write `==`"),
        (
            "permit(principal,\n  action == User::\"a\", resource);",
            "2:13 expected an entity of type `Action` but found `User::\"a\"`"
        ),
        (
            "permit(principal in [User::\"a\"], action, resource);",
            "1:21 a list is only possible for the action: name one entity here"
        ),
        (
            "permit(principal == ?resource, action, resource);",
            "1:21 expected an entity or `?principal` but found `?resource`"
        ),
        (
            "permit(principal, action is Action, resource);",
            "1:26 `is` cannot be used for the action: name the actions with `==` or `in`"
        ),
        ("@id(\"a\") @id(\"b\") permit(principal, action, resource);", "1:11 the annotation `@id` is given twice"),
        (
            "permit(principal, action, resource, context);",
            "1:37 a scope has three parts: principal, action and resource"
        ),
        ("permit(principal, action, resource) when {};", "1:43 `when {}` is empty: write a condition or leave it out"),
        (
            "permit(principal, action, resource) when { \"never ends };",
            "1:44 this string never ends: expected a closing `\"`"
        ),
        ("permit(principal, action, resource) & ", "1:37 unexpected character `&`: write `&&`"),
    ])
    func errorsOfAPolicyNameThePlaceAndWhatWasExpected(text: String, expected: String) {
        #expect(error(text) == expected)
    }

    @Test(arguments: [
        ("1 == 2 == 3", "2:8 comparisons cannot be chained: put one of them in parentheses"),
        ("principal.if", "2:11 `if` is a reserved word: write `[\"if\"]`"),
        ("principal has in", "2:15 `in` is a reserved word: write the attribute in quotes"),
        (
            "9223372036854775808 == 1",
            "2:1 `9223372036854775808` is too large: "
                + "whole numbers go from -9223372036854775808 to 9223372036854775807"
        ),
        ("!!!!!true", "2:1 at most four `!` in a row"),
        ("!-1 == 1", "2:2 `!` and `-` cannot be mixed"),
        ("1 / 2 == 1", "2:3 Cedar has no division and no remainder"),
        ("1 + if true then 1 else 2", "2:5 an `if` inside an expression needs parentheses around it"),
        ("if true then 1", "2:15 expected `else` but found `}`"),
        ("[1].contain(1)", "2:5 there is no method `contain`: did you mean `contains`?"),
        ("[1].contains()", "2:5 `contains` takes one argument, but 0 are given"),
        ("isIpv4(principal)", "2:1 `isIpv4` is a method: write `value.isIpv4()`"),
        ("\"1\".ip()", "2:5 `ip` is a function, not a method: write `ip(...)`"),
        ("foo(1)", "2:1 there is no function `foo`: there are `decimal`, `ip`, `datetime`, `duration`"),
        (
            "princpal == 1",
            "2:1 expected `principal`, `action`, `resource`, `context` or a value but found `princpal`"
        ),
        ("{a: 1, a: 2} == {}", "2:8 the name `a` is given twice in this record"),
        ("principal like 1", "2:16 expected a pattern in quotes but found `1`"),
        ("principal is \"User\"", "2:14 expected an entity type but found `\"User\"`"),
        ("?principal == principal", "2:1 `?principal` is a slot: it can only stand in the scope of a template"),
        ("User::1 == principal", "2:7 expected a name or the id in quotes but found `1`"),
        ("principal[1] == 1", "2:11 expected an attribute name in quotes but found `1`"),
        ("(1 == 1", "2:8 expected `)` but found `}`"),
        ("\u{1F600} == 1", "2:1 unexpected character `\u{1F600}`"),
    ])
    func errorsOfAConditionNameThePlaceAndWhatWasExpected(condition: String, expected: String) {
        #expect(conditionError(condition) == expected)
    }

    @Test(arguments: [#"\q"#, #"\x80"#, #"\u{110000}"#, #"\u{d800}"#, #"\u{}"#, #"\u41"#, #"\*"#])
    func unknownEscapesAreRefused(escape: String) {
        #expect(conditionError("\"a\(escape)\" == \"\"")?.hasPrefix("2:3 `\\") == true)
    }

    @Test func escapesStandForTheirCharacters() throws {
        let text = try Value(parsing: #""\n\r\t\0\\\'\"\x41\u{1f600}\u{4_1}""#)
        #expect(text == .string("\n\r\t\0\\'\"A\u{1F600}A"))
    }

    @Test func everyPolicyWithAnErrorIsReported() throws {
        let text = """
            permit(principal, action, resource) when { 1 = 1 };
            permit(principal, action, resource);
            forbid(principal action, resource);
            """
        let errors = #expect(throws: ParseErrors.self) { try PolicySet(parsing: text, name: "lab.cedar") }
        #expect(errors?.errors.map(\.position.line) == [1, 3])
        #expect(
            errors?.errors.first?.excerpt == """
                lab.cedar:1:46: `=` is not an operator: write `==`
                    permit(principal, action, resource) when { 1 = 1 };
                                                                 ^
                """)
    }

    @Test func idsComeFromAnnotationsOrCount() throws {
        let text = "permit(principal,action,resource);@id(\"door\")forbid(principal,action,resource);"
        #expect(try PolicySet(parsing: text).policies.map(\.id) == ["policy0", "door"])
    }

    @Test func anIdUsedTwiceIsRefused() {
        let text = "@id(\"a\")permit(principal,action,resource);\n@id(\"a\")permit(principal,action,resource);"
        #expect(error(text) == "2:1 the id \"a\" is already used at policies:1:1")
    }

    @Test func annotationsAreKept() throws {
        let text = "@note(\"why\") @plain permit(principal, action, resource);"
        #expect(try PolicySet(parsing: text).policies[0].annotations == ["note": "why", "plain": ""])
    }
}
