import Cedar
import Testing

@Suite("Operators") struct OperatorTests {
    @Test(arguments: [
        "true", "!false", "!!true", "!!!!true", "true && true", "false || true", "true || 1", "!(false && 1)",
        "if true then true else 1", "if 1 == 2 then 1 else true", "(if false then 1 else 2) == 2",
    ])
    func logicStopsAsSoonAsItIsDecided(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test(arguments: ["true && 1", "false || 1", "1 && true", "1 || true", "!1", "if 1 then true else true"])
    func logicRefusesWhatIsNoBoolean(condition: String) throws {
        #expect(try Lab.ask(condition) == .error(.wrongType(expected: [.bool], found: .long)))
    }

    @Test(arguments: [
        "1 == 1", "1 != 2", #""a" != 1"#,
        "[1, 2] == [2, 1, 1]", "{a: 1, b: 2} == {b: 2, a: 1}", "[[1], [1, 1]] == [[1]]",
        #"User::"a" == User::"a""#, #"User::"a" != Group::"a""#, #"decimal("1.0") == decimal("1.0000")"#,
        #"ip("10.0.0.1") != ip("10.0.0.1/24")"#, "principal == principal", "{} == {}", "[] == []",
    ])
    func equalityComparesValuesOfAnyKind(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test func textsThatOnlyLookAlikeAreNotEqual() throws {
        #expect(try Lab.ask(#""\u{e9}" == "e\u{301}""#) == .fails)
        #expect(try Lab.ask(#"["\u{e9}"].contains("e\u{301}")"#) == .fails)
        #expect(try Lab.ask(#"User::"\u{e9}" == User::"e\u{301}""#) == .fails)
    }

    @Test(arguments: [
        "1 < 2", "2 <= 2", "3 > 2", "3 >= 3", "-1 < 0", #"datetime("2024-01-01") < datetime("2024-01-02")"#,
        #"duration("1h") >= duration("60m")"#,
    ])
    func orderHoldsBetweenNumbersMomentsAndDurations(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test func orderRefusesOtherKinds() throws {
        #expect(try Lab.ask(#"1 < "a""#) == .error(.wrongType(expected: [.long], found: .string)))
        #expect(
            try Lab.ask(#"decimal("1.0") < decimal("2.0")"#)
                == .error(.wrongType(expected: [.long, .datetime, .duration], found: .decimal)))
    }

    @Test(arguments: [
        "1 + 2 * 3 == 7", "(1 + 2) * 3 == 9", "5 - 2 - 1 == 2", "-(3) == 0 - 3", "--3 == 3", "2 * -3 == -6",
        "-9223372036854775808 < 0", "9223372036854775807 > 0",
    ])
    func arithmeticFollowsTheUsualRanks(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test(arguments: [
        "9223372036854775807 + 1 == 0", "-9223372036854775808 - 1 == 0", "9223372036854775807 * 2 == 0",
        "-(-9223372036854775808) == 0", "4611686018427387904 * 2 - 1 == 0",
    ])
    func arithmeticThatDoesNotFitIsAnError(condition: String) throws {
        guard case .error(.overflow) = try Lab.ask(condition) else {
            Issue.record("expected an overflow")
            return
        }
    }

    @Test(arguments: [
        #"principal in Group::"students""#, #"principal in Group::"members""#, "principal in principal",
        #"principal in [Group::"x", Group::"members"]"#, #"User::"ghost" in User::"ghost""#,
        #"action in Action::"any""#, #"!(principal in [])"#, #"!(Group::"members" in Group::"students")"#,
    ])
    func membershipFollowsTheHierarchy(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test func everyElementOnTheRightOfInHasToBeAnEntity() throws {
        #expect(try Lab.ask("principal in [principal, 1]") == .error(.wrongType(expected: [.entity], found: .long)))
        #expect(try Lab.ask("principal in 1") == .error(.wrongType(expected: [.entity, .set], found: .long)))
        #expect(try Lab.ask("context in principal") == .error(.wrongType(expected: [.entity], found: .record)))
    }

    @Test(arguments: [
        "principal is User", "!(principal is Group)", #"principal is User in Group::"members""#,
        #"!(principal is Group in Group::"members")"#, #"!(principal is User in Group::"x")"#,
    ])
    func isAsksForTheType(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test(arguments: [
        "principal has name", "!(principal has nick)", "principal has address.zip", "principal has owner.name",
        "!(principal has address.street)", #"!(User::"ghost" has name)"#, #"{"a b": 1} has "a b""#,
        "!(context has x)", "principal has owner.roles", "!(principal has nick.length)",
    ])
    func hasAsksForAttributes(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test func hasRefusesWhatHasNoAttributes() throws {
        #expect(try Lab.ask("1 has a") == .error(.wrongType(expected: [.record, .entity], found: .long)))
        #expect(try Lab.ask("principal has age.x") == .error(.wrongType(expected: [.record, .entity], found: .long)))
    }

    @Test(arguments: [
        #"principal.name == "Alice""#, #"principal["name"] == "Alice""#, #"principal.owner.name == "Bob""#,
        "principal.address.zip == 5", "{a: {b: 1}}.a.b == 1", #"resource.owner == User::"bob""#, "resource.open",
    ])
    func attributesAreReadThroughEntitiesAndRecords(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test func attributesThatAreMissingAreErrors() throws {
        #expect(try Lab.ask("principal.nick == 1") == .error(.noSuchAttribute("nick", of: Lab.alice)))
        #expect(try Lab.ask("context.x == 1") == .error(.noSuchAttribute("x", of: nil)))
        #expect(try Lab.ask(#"User::"nobody".name == 1"#) == .error(.noSuchEntity(Lab.nobody)))
        #expect(try Lab.ask("1.a == 1") == .error(.wrongType(expected: [.record, .entity], found: .long)))
    }

    @Test(arguments: [
        #""abc" like "a*""#, #""abc" like "*c""#, #""abc" like "*""#, #""" like "*""#, #""abc" like "a*b*c""#,
        #""a*c" like "a\*c""#, #"!("abc" like "a\*c")"#, #"!("abc" like "b*")"#, #"!("aba" like "ab*ba")"#,
        #""aXbXc" like "*X*X*""#, #""\u{1f600}!" like "*\u{1f600}*""#, #"!("" like "a*")"#, #""abcabc" like "*abc""#,
    ])
    func likeMatchesWildcards(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test func likeRefusesOtherKinds() throws {
        #expect(try Lab.ask(#"1 like "a""#) == .error(.wrongType(expected: [.string], found: .long)))
    }

    @Test(arguments: [
        "[1, 2].contains(2)", "![1, 2].contains(3)", #"![1].contains("1")"#, "[1, 2, 3].containsAll([1, 3])",
        "[1].containsAll([])", "![1].containsAll([1, 2])", "[1, 2].containsAny([2, 3])", "![1].containsAny([])",
        "[].isEmpty()", "![1].isEmpty()", "[1,2,3,4,5,6,7,8,9,10].contains(10)", "[[1]].contains([1, 1])",
    ])
    func setsAnswerQuestions(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test(arguments: ["1.contains(1)", "1.containsAll([])", "[].containsAny(1)", "1.isEmpty()"])
    func setQuestionsRefuseOtherKinds(condition: String) throws {
        #expect(try Lab.ask(condition) == .error(.wrongType(expected: [.set], found: .long)))
    }

    @Test func tagsAreAskedForAndRead() throws {
        #expect(try Lab.ask(#"principal.hasTag("team") && principal.getTag("team") == "blue""#) == .holds)
        #expect(try Lab.ask(#"principal.hasTag("x") || User::"nobody".hasTag("x")"#) == .fails)
        #expect(try Lab.ask(#"principal.getTag("x") == 1"#) == .error(.noSuchTag("x", of: Lab.alice)))
        #expect(try Lab.ask(#"User::"nobody".getTag("x") == 1"#) == .error(.noSuchEntity(Lab.nobody)))
        #expect(try Lab.ask("principal.hasTag(1)") == .error(.wrongType(expected: [.string], found: .long)))
    }
}
