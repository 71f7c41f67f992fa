import Cedar
import Testing

@Suite("Reading schemas") struct SchemaTests {
    private func error(_ text: String) -> String? {
        do throws(ParseErrors) {
            _ = try Schema(parsing: text)
            return nil
        } catch {
            return error.errors.first.map { "\($0.position) \($0.message)" }
        }
    }

    @Test(arguments: [
        "", "entity User;", "@doc(\"x\") entity A, B in [A] = { @doc a?: Long, \"b c\": Set<Set<Bool>>, } tags String;",
        "entity Color enum [\"red\", \"green\"];", "type T = {a: U}; type U = Long; entity A {a: T};",
        "type ipaddr = Long; entity A {a: ipaddr, b: __cedar::ipaddr};", "entity A { principal: Long, type: String };",
        "entity A; action \"a b\", c appliesTo { principal: A, resource: [A], context: {x: Long} };",
        "action a in [\"b\", Action::\"c\"]; action b, c;", "namespace N::M { entity A {b: N::M::A}; action a; }",
        "action b; namespace N { action a in [b]; }",
    ])
    func whatTheGrammarAllowsIsRead(text: String) {
        #expect(error(text) == nil)
    }

    @Test(arguments: [
        ("entity User", "1:12 expected `;` to end the declaration but found end of text"),
        ("entty User;", "1:1 expected `entity`, `action`, `type` or `namespace` but found `entty`"),
        ("entity User in [Gruop];\nentity Group;", "1:17 there is no entity type `Gruop`: did you mean `Group`?"),
        ("entity User; entity User;", "1:21 the entity type `User` is declared twice"),
        ("entity User {a: Longs};", "1:17 there is no type `Longs`: did you mean `Long`?"),
        ("entity User {a: Long, a: Long};", "1:23 the attribute `a` is declared twice"),
        ("entity Action;", "1:8 `Action` is the type of actions and cannot be declared"),
        ("type T = Set<T>;", "1:14 the type `T` contains itself"),
        ("type Long = String;", "1:6 `Long` is a type of the language and cannot be declared"),
        (
            "entity A; namespace N { type A = Long; }",
            "1:30 `A` is already declared outside of the namespace: one would hide the other"
        ),
        ("namespace N {} namespace N {}", "1:26 the namespace `N` is declared twice in this text"),
        ("action a in [b];", "1:14 there is no action `b`"),
        ("action a in [b]; action b in [a];", "1:8 the entity Action::\"a\" is among its own ancestors"),
        ("action a; action a;", "1:18 the action `Action::\"a\"` is declared twice"),
        (
            "entity A; action a appliesTo {principal: A};",
            "1:30 `appliesTo` has to name at least one principal and one resource type"
        ),
        (
            "entity A; action a appliesTo {principal: A, resource: A, context: Long};",
            "1:67 the context has to be a record, not Long"
        ),
        ("entity if;", "1:8 `if` is a reserved word"), ("entity A {a: Set<Long};", "1:22 expected `>` but found `}`"),
    ])
    func errorsNameThePlaceAndWhatIsWrong(text: String, expected: String) {
        let found = error(text)
        // Which action of a cycle is named depends on where the walk begins.
        #expect(found == expected || (text.contains("in [a]") && found?.contains("its own ancestors") == true))
    }

    @Test func deepAndExplodingTypesAreRefused() {
        let deep = String(repeating: "Set<", count: 5000) + "Long" + String(repeating: ">", count: 5000)
        #expect(error("entity A {a: \(deep)};")?.contains("nested more than") == true)
        let doubling = (0..<60).map { "type T\($0) = {a: T\($0 + 1), b: T\($0 + 1)};" }.joined() + "type T60 = Long;"
        #expect(error(doubling)?.contains("grows too large") == true)
        let chain = (0..<5000).map { "type T\($0) = Set<T\($0 + 1)>;" }.joined() + "type T5000 = Long;"
        #expect(error(chain) != nil)
    }

    @Test func actionsComeAsEntitiesWithTheirGroups() throws {
        let schema = try Schema(parsing: "action any; action read in [any];")
        let store = try EntityStore(schema.actionEntities)
        #expect(store.ancestors(of: Lab.read) == [Lab.anyAction])
        #expect(schema.actionUIDs == [Lab.anyAction, Lab.read])
    }

    @Test func namespacesMayBeSpreadOverTexts() throws {
        let schema = try Schema(parsing: [
            SourceText("namespace N { entity A; }", name: "a"),
            SourceText("namespace N { entity B in [A]; }", name: "b"),
        ])
        #expect(schema.actionUIDs.isEmpty)
    }
}
