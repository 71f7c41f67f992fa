import BedelDomain
import Synchronization

/// Blobs in memory, named by ``fingerprint(_:)``.
final class MemoryBlobs: BlobStore {
    private let blobs = Mutex<[Digest: [UInt8]]>([:])
    var count: Int { blobs.withLock { $0.count } }

    func set(_ bytes: [UInt8], as digest: Digest) { blobs.withLock { $0[digest] = bytes } }

    func put(_ bytes: ByteStream, limit: Int64) async throws -> (digest: Digest, size: Int64) {
        var all: [UInt8] = []
        for try await piece in bytes { all += piece }
        guard all.count <= limit else { throw BedelError(.tooLarge, "Too large.") }
        let digest = fingerprint(all)
        set(all, as: digest)
        return (digest, Int64(all.count))
    }

    func read(_ digest: Digest) async throws -> [UInt8] {
        guard let bytes = blobs.withLock({ $0[digest] }) else { throw BedelError(.notFound, "No such blob.") }
        return bytes
    }

    func path(of digest: Digest) async throws -> String { throw BedelError(.notFound, "Blobs in memory have no path.") }
}

/// A stand-in for SHA-256 where only "same bytes, same name" counts: FNV-1a, four times with different offsets.
@Sendable func fingerprint(_ bytes: [UInt8]) -> Digest {
    Digest(
        bytes: (0..<4).flatMap { lane -> [UInt8] in
            let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 &+ UInt64(lane)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * UInt64($0))) }
        })
}

final class MemoryAuditLog: AuditLog {
    private let appended = Mutex<[AuditEvent]>([])
    var events: [AuditEvent] { appended.withLock { $0 } }

    func append(_ event: AuditEvent) async throws { appended.withLock { $0.append(event) } }
    func records(matching filter: AuditFilter, limit: Int) async throws -> [AuditRecord] { [] }
    func firstBroken() async throws -> Int64? { nil }
}

/// One profile and its members; it cannot be changed.
struct FixedProfiles: ProfileStore {
    let profile: Profile
    let members: [Member]

    func profile(named name: Label) async throws -> Profile? { name == profile.name ? profile : nil }
    func profiles() async throws -> [Profile] { [profile] }
    func members(of profile: Profile.ID) async throws -> [Member] { profile == self.profile.id ? members : [] }
    func groupRules(of profile: Profile.ID) async throws -> [GroupRule] { [] }
    func create(_ profile: Profile, audit: AuditEvent) async throws { throw unused }
    func setGroupRules(_ rules: [GroupRule], of profile: Profile.ID, audit: AuditEvent) async throws { throw unused }
    func setMember(_ user: User.ID, role: Role, in profile: Profile.ID, audit: AuditEvent) async throws { throw unused }
    func removeMember(_ user: User.ID, from profile: Profile.ID, audit: AuditEvent) async throws { throw unused }
}

/// Versions that are there already; nothing else of the port is for the harness to use.
struct FixedModels: ModelStore {
    let versions: [Version.ID: Version]

    func version(_ id: Version.ID) async throws -> Version? { versions[id] }
    func receive(_ submission: Submission, audit: AuditEvent) async throws -> Version { throw unused }
    func model(named name: Label, in profile: Label) async throws -> Model? { throw unused }
    func models(in profile: Label) async throws -> [Model] { throw unused }
    func models(of owner: User.ID) async throws -> [Model] { throw unused }
    func versions(of model: Model.ID) async throws -> [Version] { throw unused }
    func currentVersions(in profile: Label?) async throws -> [Version] { throw unused }
    func latestVersions(in profile: Label, limit: Int) async throws -> [Version] { throw unused }
    func advance(
        _ version: Version.ID, from state: Version.State, to next: Version.State, environment: Digest?, fault: Fault?,
        audit: AuditEvent?
    ) async throws -> Bool { throw unused }
    func retire(_ model: Model.ID, at time: Timestamp, audit: AuditEvent) async throws { throw unused }
    func appendLog(_ lines: [String], source: LogLine.Source, to version: Version.ID, at time: Timestamp) async throws {
        throw unused
    }
    func log(of version: Version.ID, after sequence: Int64) async throws -> [LogLine] { throw unused }
}

private let unused = BedelError.internalFailure("the evaluation side has no business here")
