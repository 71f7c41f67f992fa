import Cedar
import Testing

@Suite("Entity store") struct EntityStoreTests {
    private func uid(_ id: String) -> EntityUID { EntityUID("Group", id) }

    @Test func ancestorsAreTheTransitiveClosure() throws {
        let store = try EntityStore([
            Entity(uid: uid("a"), parents: [uid("b"), uid("c")]), Entity(uid: uid("b"), parents: [uid("d")]),
            Entity(uid: uid("c"), parents: [uid("d")]), Entity(uid: uid("d"), parents: [uid("absent")]),
        ])
        #expect(store.ancestors(of: uid("a")) == [uid("b"), uid("c"), uid("d"), uid("absent")])
        #expect(store.ancestors(of: uid("d")) == [uid("absent")])
        #expect(store.ancestors(of: uid("absent")).isEmpty)
    }

    @Test func cyclesAreRefused() {
        let cycle = [Entity(uid: uid("a"), parents: [uid("b")]), Entity(uid: uid("b"), parents: [uid("a")])]
        #expect(throws: EntityStoreError.self) { try EntityStore(cycle) }
        let loop = [Entity(uid: uid("a"), parents: [uid("a")])]
        #expect(throws: EntityStoreError.cycle(uid("a"))) { try EntityStore(loop) }
    }

    @Test func anEntityGivenTwiceIsRefused() {
        #expect(throws: EntityStoreError.duplicate(uid("a"))) {
            try EntityStore([Entity(uid: uid("a")), Entity(uid: uid("a"))])
        }
    }

    @Test func aLongChainOfGroupsIsFine() throws {
        let chain = (0..<2000).map { Entity(uid: uid("\($0)"), parents: [uid("\($0 + 1)")]) }
        #expect(try EntityStore(chain).ancestors(of: uid("0")).count == 2000)
    }

    @Test func entitiesLaidOverAreInTheGroupsBelow() throws {
        let base = try EntityStore([Entity(uid: uid("a"), parents: [uid("b")])])
        let store = try base.adding([Entity(uid: uid("x"), parents: [uid("a")])])
        #expect(store.ancestors(of: uid("x")) == [uid("a"), uid("b")])
        #expect(store.count == 2)
        #expect(base.count == 1)
        #expect(throws: EntityStoreError.duplicate(uid("a"))) { try store.adding([Entity(uid: uid("a"))]) }
    }

    @Test func aGroupThatOthersAlreadyNameReachesThem() throws {
        let base = try EntityStore([Entity(uid: uid("a"), parents: [uid("b")])])
        let store = try base.adding([Entity(uid: uid("b"), parents: [uid("c")])])
        #expect(store.ancestors(of: uid("a")) == [uid("b"), uid("c")])
        let more = try store.adding([Entity(uid: uid("c"), parents: [uid("d")])])
        #expect(more.ancestors(of: uid("a")) == [uid("b"), uid("c"), uid("d")])
    }
}
