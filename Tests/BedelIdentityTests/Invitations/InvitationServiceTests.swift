import BedelDomain
import BedelIdentity
import BedelStore
import Foundation
import Testing

/// With the policies that are shipped and a real database, because who may invite is decided between the two.
@Suite("Invitation links and those who made them")
struct InvitationServiceTests {
    private let clock = TestClock()
    private let context = RequestContext(requestID: "r", remoteAddress: "a")

    /// A course with one teacher, who made a link.
    private struct Course {
        let profiles: PostgresProfileStore
        let lifecycle: PostgresProfileLifecycle
        let enrolment: PostgresEnrolmentStore
        let users: PostgresUserStore
        let service: InvitationService
        let profile: Profile
        let teacher: User
        let secret: String
    }

    private func with(
        _ extra: String = "", _ body: @escaping @Sendable (Course) async throws -> Void
    ) async throws {
        try await ScratchPostgres.run { open in
            let database = open()
            try await database.start()
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(course(database, extra))) } catch { outcome = .failure(error) }
            await database.shutdown()
            try outcome.get()
        }
    }

    private func course(_ database: PostgresDatabase, _ extra: String) async throws -> Course {
        let profile = Profile(
            id: .random(at: clock.now()), name: try #require(Label("ml-2026")), title: "ML", kind: .course,
            createdAt: clock.now())
        let profiles = PostgresProfileStore(database)
        let users = PostgresUserStore(database)
        try await profiles.create(profile, audit: event)
        let teacher = try await users.signIn(identity("prof"), at: clock.now(), audit: event)
        try await profiles.setMember(teacher.id, role: .teacher, in: profile.id, audit: event)
        let service = InvitationService(
            store: PostgresInvitationLinkStore(database), profiles: profiles, users: users,
            authorizer: try Self.authorizer(extra), clock: clock)
        let secret = try await service.make(
            .student, maximum: 9, days: 9, to: profile, by: principal(teacher), in: context
        ).secret
        return Course(
            profiles: profiles, lifecycle: PostgresProfileLifecycle(database),
            enrolment: PostgresEnrolmentStore(database), users: users, service: service, profile: profile,
            teacher: teacher, secret: secret)
    }

    private static func authorizer(_ extra: String) throws -> CedarAuthorizer {
        let folder = Vectors.package + "/policies"
        let file = { (name: String) in
            PolicyTexts.File(name: name, text: try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8))
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".cedar") }
        return try CedarAuthorizer(
            PolicyTexts(
                schema: file("bedel.cedarschema"),
                policies: names.sorted().map(file) + [.init(name: "local.cedar", text: extra)]))
    }

    private var event: AuditEvent { AuditEvent(system: "test", on: .platform, at: clock.now()) }

    private func identity(_ login: String, isAdmin: Bool = false) -> VerifiedIdentity {
        VerifiedIdentity(
            issuer: "https://id.example.edu", subject: login, login: login, name: login, email: "", groups: [],
            isAdmin: isAdmin, isEmailVerified: nil)
    }

    private func principal(_ user: User) -> Principal {
        Principal(user: user, roles: [:], proof: .session(.random(at: clock.now())))
    }

    private func standing(_ course: Course) async throws -> InvitationLink.Standing? {
        try await course.service.links(to: course.profile.name).first?.standing(at: clock.now())
    }

    /// Nil when somebody new can come in; else what they are told, when they look and when they join alike.
    private func refusal(_ course: Course, _ login: String) async throws -> String? {
        let user = try await course.users.signIn(identity(login), at: clock.now(), audit: event)
        var told: [String] = []
        do { _ = try await course.service.look(course.secret) } catch let error as BedelError {
            told.append(error.message)
        }
        do { _ = try await course.service.accept(course.secret, by: principal(user), in: context) } catch let error
            as BedelError
        { told.append(error.message) }
        let isIn = try await !course.users.roles(of: user.id).isEmpty
        #expect(isIn == told.isEmpty && (told.isEmpty || told.count == 2 && told[0] == told[1]), "\(login): \(told)")
        return told.first
    }

    @Test func aLinkHoldsAsLongAsItsMakerMayEditTheMembers() async throws {
        try await with { course in
            #expect(try await refusal(course, "ana") == nil)
            #expect(try await standing(course) == .open)
            let lapsed = "Whoever made this invitation may not let people in here any more."

            let (teacher, profile) = (course.teacher.id, course.profile.id)
            try await course.profiles.setMember(teacher, role: .assistant, in: profile, audit: event)
            #expect(try await refusal(course, "ben") == lapsed)
            #expect(try await standing(course) == .lapsed)
            try await course.profiles.setMember(teacher, role: .teacher, in: profile, audit: event)
            #expect(try await refusal(course, "ben") == nil, "and again when they may again")

            try await course.enrolment.set(disabled: true, teacher, in: profile, audit: event)
            #expect(try await refusal(course, "eva") == lapsed)
            try await course.enrolment.set(disabled: false, teacher, in: profile, audit: event)
            try await course.profiles.removeMember(teacher, from: profile, audit: event)
            #expect(try await refusal(course, "eva") == lapsed)
            #expect(try await standing(course) == .lapsed)

            _ = try await course.users.signIn(identity("prof", isAdmin: true), at: clock.now(), audit: event)
            #expect(try await refusal(course, "eva") == nil, "an admin need not be a member")
        }
    }

    @Test func anArchivedCourseTakesNobodyAndNobodyBlamesTheMaker() async throws {
        try await with { course in
            let set = { (state: Profile.State) in
                try await course.lifecycle.set(state, of: course.profile.id, audit: event)
            }
            try await set(.archived)
            #expect(try await refusal(course, "ana")?.contains("is archived") == true)
            #expect(try await standing(course) == .open)

            try await set(.active)
            try await course.profiles.setMember(
                course.teacher.id, role: .assistant, in: course.profile.id, audit: event)
            try await set(.archived)
            #expect(try await refusal(course, "ana")?.contains("is archived") == true)
            #expect(try await standing(course) == .lapsed, "what has become of the maker is still told")

            try await set(.active)
            try await course.profiles.setMember(course.teacher.id, role: .teacher, in: course.profile.id, audit: event)
            try await set(.suspended)
            #expect(try await refusal(course, "ana") == nil, "a pause keeps nobody out")
            #expect(try await standing(course) == .open)
        }
    }

    @Test func itIsThePoliciesThatDecideAndNoRoleInTheProgram() async throws {
        let policy = """
            @id("local.no-invitations") @reason("role")
            forbid (principal, action == Action::"member.edit", resource in ProfileState::"active");
            """
        try await with(policy) { course in
            let told = try await refusal(course, "ana")
            #expect(told?.hasPrefix("Whoever made this") == true)
        }
    }

    @Test func whoeverIsInAlreadyIsLedThereByAnyLink() async throws {
        try await with { course in
            #expect(try await refusal(course, "ana") == nil)
            try await course.profiles.removeMember(course.teacher.id, from: course.profile.id, audit: event)
            let ana = try await course.users.signIn(identity("ana"), at: clock.now(), audit: event)
            let profile = try await course.service.accept(course.secret, by: principal(ana), in: context)
            #expect(profile == course.profile.name)
        }
    }
}
