import BedelDomain
import Testing

@Suite("Viewings in the store")
struct ViewingStoreTests {
    @Test func whoWasLookedAtSeesItAndItEndsOnce() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let root = try await house.person("root")
            let viewing = Viewing(
                id: .random(at: noon), user: ana.id, viewer: root.id, viewerLogin: "root", beganAt: noon,
                endsAt: noon + Viewing.lifetime)
            try await house.viewings.begin(viewing, audit: .test("person.view"))
            #expect(try await house.viewings.viewing(viewing.id) == viewing)
            #expect(try await house.viewings.viewings(of: ana.id) == [viewing])
            #expect(try await house.viewings.viewings(of: root.id).isEmpty)
            for later in [60, 120] {
                try await house.viewings.end(viewing.id, at: noon + .seconds(later), audit: .test("person.view"))
            }
            #expect(try await house.viewings.viewing(viewing.id)?.endsAt == noon + .seconds(60))
            #expect(try await house.auditedActions().count { $0 == "person.view" } == 2)
        }
    }
}
