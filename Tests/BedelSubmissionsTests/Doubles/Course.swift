import BedelDomain
import BedelSubmissions
import Logging
import NIOPosix

/// A course with an intake and two students, in memory.
struct Course {
    let profile = label("ml-2026")
    let models = MemoryModels()
    let evaluations = MemoryEvaluations()
    let audit = MemoryAudit()
    let clock = HandClock()
    let authorizer: CedarAuthorizer
    let directory: TemporaryDirectory
    let blobs: FileBlobs
    let ana = person("ana", role: .student)
    let ben = person("ben", role: .student)
    let teacher = person("turing", role: .teacher)
    let stranger = person("eve", role: nil)
    let profiles: MemoryProfiles

    init() throws {
        directory = try TemporaryDirectory()
        blobs = FileBlobs(directory: try TemporaryDirectory())
        profiles = MemoryProfiles(names: [profile])
        authorizer = try CedarAuthorizer.shipped()
    }

    func intake(limits: BundleLimits = BundleLimits(freeDisk: 0)) -> SubmissionIntake {
        SubmissionIntake(
            authorizer: authorizer, profiles: profiles, models: models, evaluations: evaluations, blobs: blobs,
            audit: audit, clock: clock, limits: limits, scratch: directory.path, pool: .singleton, logger: quiet)
    }

    func upload(
        _ archive: [UInt8], model: String = "digits-ana", assignment: String? = nil, source: Version.Source = .web
    ) -> Upload {
        Upload(
            profile: profile, model: label(model), assignment: assignment.map { label($0) }, source: source,
            archive: ByteStream(archive))
    }

    func addAssignment(_ name: String, deadline: Timestamp?, envelope: Envelope = .standard) async throws {
        let assignment = Assignment(
            id: .random(at: clock.now()), profile: profile, name: label(name), title: name, description: "",
            dataset: AuditRecord.genesis, rowCount: 1, features: ["a"], labelColumn: "b", metric: .accuracy,
            envelope: envelope, deadline: deadline, createdBy: teacher.user, createdAt: clock.now())
        try await evaluations.create(assignment, audit: AuditEvent(system: "test", on: .platform, at: clock.now()))
    }
}

let quiet: Logger = {
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    return logger
}()

let here = RequestContext(requestID: "r1", remoteAddress: "127.0.0.1")

/// Only for literals in tests.
func label(_ text: String) -> Label {
    guard let label = Label(text) else { preconditionFailure("\(text) is no label") }
    return label
}

func person(_ login: String, role: Role?) -> Principal {
    Principal(
        user: .random(at: Timestamp(seconds: 1)), login: login, name: login, email: "\(login)@example.org", groups: [],
        isAdmin: false, roles: role.map { [label("ml-2026"): $0] } ?? [:], proof: .providerToken)
}

/// The error of something that must fail.
func refusal(_ body: () async throws -> some Sendable) async -> BedelError? {
    do {
        _ = try await body()
        return nil
    } catch { return error as? BedelError }
}
