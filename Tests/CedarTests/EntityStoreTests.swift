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

    @Test func entitiesComeBackAsTheyWereGiven() throws {
        let parents = (0..<40).map { uid("g\($0)") }
        let entities = try (0..<500).map { number in
            Entity(
                uid: EntityUID(number % 2 == 0 ? "User" : "Model", "a name longer than fifteen bytes \(number / 2)"),
                attributes: try Record(parsing: number % 3 == 0 ? "{}" : "{n: \(number), \"b c\": ip(\"::1\")}"),
                parents: Array(parents.prefix(number % 41)),
                tags: try Record(parsing: number % 5 == 0 ? "{t: [\(number)]}" : "{}"))
        }
        let store = try EntityStore(entities)
        #expect(store.count == 500)
        for entity in entities {
            let kept = try #require(store.entity(entity.uid))
            #expect(kept.uid == entity.uid && kept.parents == entity.parents)
            #expect(kept.attributes == entity.attributes && kept.tags == entity.tags)
            #expect(store.ancestors(of: entity.uid) == Set(entity.parents))
        }
        #expect(store.entity(EntityUID("Group", "a name longer than fifteen bytes 1")) == nil)
        #expect(store.entity(EntityUID("User", "a name longer than fifteen bytes 250")) == nil)
    }

    @Test func anEntityInFrontCoversTheKnownOne() throws {
        let base = try EntityStore([
            Entity(uid: uid("a"), attributes: try Record(parsing: "{n: 1}"), parents: [uid("b")]),
            Entity(uid: uid("c"), parents: [uid("d")]),
        ])
        let store = base.covered(by: [
            Entity(uid: uid("a"), attributes: try Record(parsing: "{m: 2}"), parents: [uid("c")])
        ])
        #expect(store.entity(uid("a"))?.attributes == (try Record(parsing: "{m: 2}")))
        #expect(store.ancestors(of: uid("a")) == [uid("c"), uid("d")])
        #expect(base.ancestors(of: uid("a")) == [uid("b")])
        #expect(store.covered(by: [Entity(uid: uid("a"))]).ancestors(of: uid("a")).isEmpty)
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
