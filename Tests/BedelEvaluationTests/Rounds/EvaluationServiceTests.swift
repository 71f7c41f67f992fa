import BedelDomain
import Logging
import Testing

@testable import BedelEvaluation

@Suite("What a teacher does with evaluations")
struct EvaluationServiceTests {
    private let clock = ManualClock()
    private let evaluations = MemoryEvaluations()
    private let blobs = MemoryBlobs()
    private let auditLog = MemoryAuditLog()
    private let context = RequestContext(requestID: "request-1", remoteAddress: "127.0.0.1")
    private let course = Label("ml-2026")!
    private let digits = Label("digits")!
    private let profile: Profile
    private let members: [Member]
    private let teacher: Principal
    private let student: Principal
    private let stranger: Principal
    private let service: EvaluationService

    init() throws {
        let now = clock.now()
        let profile = Profile(id: .random(at: now), name: course, title: "ML", kind: .course, createdAt: now)
        func principal(_ login: String, _ role: Role?) -> Principal {
            Principal(
                user: .random(at: now), login: login, name: login, email: "\(login)@uni.example", groups: [],
                isAdmin: false, roles: role.map { [Label("ml-2026")!: $0] } ?? [:], proof: .session(.random(at: now)))
        }
        let (teacher, student) = (principal("tea", .teacher), principal("ana", .student))
        members = [(teacher, Role.teacher), (student, .student), (principal("bea", .student), .student)].map {
            Member(
                profile: profile.id, user: $0.user, login: $0.login, name: $0.name, email: $0.email, role: $1,
                source: .manual)
        }
        service = EvaluationService(
            evaluations: evaluations, profiles: FixedProfiles(profile: profile, members: members), blobs: blobs,
            authorizer: try CedarAuthorizer.shipped(),
            auditLog: auditLog, clock: clock, hash: fingerprint,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        self.profile = profile
        self.teacher = teacher
        self.student = student
        stranger = principal("eve", nil)
    }

    private func draft(
        title: String = "Digits", description: String = "", deadline: Timestamp? = nil, envelope: Envelope = .standard,
        dataset: String = Course.dataset
    ) -> AssignmentDraft {
        AssignmentDraft(
            name: digits, title: title, description: description, metric: .macroF1, deadline: deadline,
            envelope: envelope, dataset: Array(dataset.utf8))
    }

    private func code(_ work: () async throws -> Void) async throws -> BedelError.Code {
        do { try await work() } catch { return try #require(error as? BedelError).code }
        throw BedelError.internalFailure("nothing was thrown")
    }

    @Test func assignmentIsKeptWithItsDataAndItsAuditRow() async throws {
        let assignment = try await service.createAssignment(draft(), in: course, by: teacher, in: context)
        #expect(assignment.features == ["x", "colour"] && assignment.labelColumn == "kind" && assignment.rowCount == 9)
        #expect(try await blobs.read(assignment.dataset) == Array(Course.dataset.utf8))
        #expect(try await evaluations.assignment(named: digits, in: course) == assignment)
        let audit = try #require(evaluations.audits.first)
        #expect(audit.action == "assignment.create" && audit.outcome == .allowed && audit.actor == teacher.user)
        #expect(audit.facts["dataset"] == assignment.dataset.hex && audit.requestID == "request-1")
    }

    @Test func refusalsKeepNothingAndAreAudited() async throws {
        for (principal, code) in [(student, BedelError.Code.forbidden), (stranger, .notFound)] {
            #expect(
                try await self.code {
                    _ = try await service.createAssignment(draft(), in: course, by: principal, in: context)
                }
                    == code)
            #expect(
                try await self.code {
                    _ = try await service.startRound(of: digits, in: course, by: principal, in: context)
                } == code)
        }
        #expect(auditLog.events.map(\.outcome) == [.denied, .denied, .denied, .denied])
        #expect(auditLog.events.map(\.actorName) == ["ana", "ana", "eve", "eve"])
        #expect(blobs.count == 0 && evaluations.audits.isEmpty)
    }

    @Test func teacherStopsARoundOnceAndAStudentNever() async throws {
        _ = try await service.createAssignment(draft(), in: course, by: teacher, in: context)
        let round = try await service.startRound(of: digits, in: course, by: teacher, in: context)
        #expect(
            try await code { try await service.stopRound(round.id, by: student, in: context) } == .forbidden)
        #expect(try await evaluations.round(round.id)?.state == .queued)
        try await service.stopRound(round.id, by: teacher, in: context)
        #expect(try await evaluations.round(round.id)?.state == .stopped)
        #expect(evaluations.audits.last?.action == "round.stop" && evaluations.audits.last?.actor == teacher.user)
        #expect(try await code { try await service.stopRound(round.id, by: teacher, in: context) } == .conflict)
        #expect(
            try await code { try await service.stopRound(.random(at: clock.now()), by: teacher, in: context) }
                == .notFound)
    }

    @Test func badDataIsRefusedBeforeAnythingIsKept() async throws {
        let bad = draft(dataset: "x,y\n1,a\n1a,b\n")
        #expect(
            try await code { _ = try await service.createAssignment(bad, in: course, by: teacher, in: context) }
                == .invalidDataset)
        #expect(blobs.count == 0 && evaluations.audits.isEmpty)
        #expect(auditLog.events.map(\.outcome) == [.failed] && auditLog.events.first?.reason == "invalid-dataset")
    }

    @Test func nonsenseDraftsAreRefused() async throws {
        var envelope = Envelope.standard
        envelope.memory = 0
        let drafts = [
            draft(title: " "), draft(title: "a\nb"), draft(title: String(repeating: "x", count: 201)),
            draft(description: String(repeating: "x", count: 20_001)), draft(deadline: clock.now()),
            draft(envelope: envelope),
        ]
        for draft in drafts {
            #expect(
                try await code { _ = try await service.createAssignment(draft, in: course, by: teacher, in: context) }
                    == .invalidRequest)
        }
    }

    @Test func roundIsOpenedUnderADigestOfItsManifest() async throws {
        let deadline = clock.now() + .seconds(60)
        let assignment = try await service.createAssignment(
            draft(deadline: deadline), in: course, by: teacher, in: context)
        let round = try await service.startRound(of: digits, in: course, by: teacher, in: context)
        let manifest = round.manifest
        #expect(manifest.dataset == assignment.dataset && manifest.metric == .macroF1 && manifest.envelope == .standard)
        #expect(manifest.rowsPerCall == 32 && manifest.warmUpCalls == 2 && manifest.platformRetries == 2)
        #expect(manifest.harness == "bedel-harness-1" && manifest.seed < 1 << 53)
        #expect(round.manifestDigest == fingerprint(Array(manifest.text.utf8)))
        #expect(evaluations.audits.last?.facts["manifest"] == round.manifestDigest.hex)
        let second = try await service.startRound(of: digits, in: course, by: teacher, in: context)
        #expect(second.manifest.seed != manifest.seed)
    }

    @Test func unknownAssignmentProfileAndRoundAreNotFound() async throws {
        #expect(
            try await code { _ = try await service.startRound(of: digits, in: course, by: teacher, in: context) }
                == .notFound)
        #expect(
            try await code { _ = try await service.grades(of: .random(at: clock.now()), by: teacher, in: context) }
                == .notFound)
    }

    @Test func gradesComeFromAFinishedRoundOnly() async throws {
        _ = try await service.createAssignment(draft(), in: course, by: teacher, in: context)
        let round = try await service.startRound(of: digits, in: course, by: teacher, in: context)
        for state in [Round.State.queued, .running, .stopped, .failed] {
            evaluations.set(round.id, state)
            #expect(
                try await code { _ = try await service.grades(of: round.id, by: teacher, in: context) } == .conflict)
        }
        evaluations.set(round.id, .finished)
        #expect(try await code { _ = try await service.grades(of: round.id, by: student, in: context) } == .forbidden)
        let text = try await service.grades(of: round.id, by: teacher, in: context)
        #expect(
            text == "username,idnumber,email,Digits,Digits feedback\r\nana,,ana@uni.example,,Nothing was handed in.\r\n"
                + "bea,,bea@uni.example,,Nothing was handed in.\r\n")
        let audit = try #require(auditLog.events.last)
        #expect(audit.action == "grades.export" && audit.outcome == .allowed && audit.facts["students"] == "2")
    }
}
