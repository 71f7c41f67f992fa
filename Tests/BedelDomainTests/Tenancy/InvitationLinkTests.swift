import BedelDomain
import Testing

@Suite("What has become of an invitation link")
struct InvitationLinkTests {
    private let made = Timestamp(seconds: 1_800_000_000)

    private func link(uses: Int64 = 0, revoked: Bool = false, makerMayInvite: Bool = true) throws -> InvitationLink {
        InvitationLink(
            id: .random(at: made), profile: try #require(Label("ml-2026")), role: .student, uses: uses, maximum: 2,
            createdBy: .random(at: made), createdByLogin: "prof", createdAt: made, expiresAt: made + .seconds(60),
            revokedAt: revoked ? made : nil, makerMayInvite: makerMayInvite)
    }

    @Test func itHoldsWhileNothingEndsIt() throws {
        #expect(try link(uses: 1).standing(at: made + .seconds(59)) == .open)
        try link(uses: 1).requireOpen(at: made)
    }

    /// What is over for good goes before what may come back.
    @Test func itSaysWhyItHoldsNoMore() throws {
        #expect(try link(makerMayInvite: false).standing(at: made) == .lapsed)
        #expect(try link().whose(makerMayInvite: false).standing(at: made) == .lapsed)
        #expect(try link(makerMayInvite: false).whose(makerMayInvite: true).standing(at: made) == .open)
        #expect(try link(uses: 2, makerMayInvite: false).standing(at: made) == .used)
        #expect(try link(makerMayInvite: false).standing(at: made + .seconds(60)) == .expired)
        #expect(try link(revoked: true, makerMayInvite: false).standing(at: made) == .revoked)
        let messages = try [
            link(makerMayInvite: false), link(uses: 2), link(revoked: true),
        ].map { link in try #require(throws: BedelError.self) { try link.requireOpen(at: made) } }
        #expect(Set(messages.map(\.message)).count == 3 && messages.allSatisfy { $0.code == .notFound })
    }
}
