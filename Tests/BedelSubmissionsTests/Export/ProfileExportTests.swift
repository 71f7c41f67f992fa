import BedelDomain
import Foundation
import NIOPosix
import Testing

@testable import BedelSubmissions

@Suite("Taking a whole profile out")
struct ProfileExportTests {
    /// The tar as it would be sent, in whatever pieces it comes.
    private func tar(_ parts: [ExportPart], _ blobs: FileBlobs) async throws -> [UInt8] {
        var all: [UInt8] = []
        let pieces = ExportPieces(
            parts: parts, folder: "ml-2026", blobs: blobs, directory: blobs.directory.path, pool: .singleton)
        for try await piece in pieces { all += piece }
        return all
    }

    /// Names and bytes, read back with the offsets that the format gives.
    private func files(in tar: [UInt8]) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var offset = 0
        var longName: String?
        while offset < tar.count, tar[offset] != 0 {
            let block = tar[offset..<offset + 512]
            let text = { (from: Int, count: Int) in
                String(decoding: block.dropFirst(from).prefix(count).prefix { $0 != 0 }, as: UTF8.self)
            }
            let size = try #require(Int(text(124, 11), radix: 8))
            let bytes = Array(tar[offset + 512..<offset + 512 + size])
            if text(156, 1) == "x" {
                longName = String(decoding: bytes, as: UTF8.self).split(separator: "path=").last.map {
                    String($0.dropLast())
                }
            } else {
                files[longName ?? text(0, 100)] = bytes
                longName = nil
            }
            offset += 512 + (size + 511) / 512 * 512
        }
        #expect(tar.count == offset + 1024 && tar[offset...].allSatisfy { $0 == 0 })
        return files
    }

    @Test func partsComeOutAsTheyWentIn() async throws {
        let directory = try TemporaryDirectory()
        let blobs = FileBlobs(directory: directory)
        let sizes = [0, 1, 511, 512, 513, 1 << 18, (1 << 18) + 1, 700_001]
        var parts: [ExportPart] = [.text("README.txt", "hello"), .text("empty.txt", "")]
        var wanted: [String: [UInt8]] = ["ml-2026/README.txt": Array("hello".utf8), "ml-2026/empty.txt": []]
        for size in sizes {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let (digest, _) = try await blobs.put(ByteStream(bytes), limit: .max)
            let path = "bundles/" + String(repeating: "x", count: 90) + "/\(size).tar"
            parts.append(.blob(path, digest))
            wanted["ml-2026/" + path] = bytes
            parts.append(.made(path: "made/\(size)") { ByteStream(bytes) })
            wanted["ml-2026/made/\(size)"] = bytes
        }
        #expect(try files(in: try await tar(parts, blobs)) == wanted)
    }

    @Test func aBundleThatIsNotThereEndsTheArchiveBeforeItsEnd() async throws {
        let blobs = FileBlobs(directory: try TemporaryDirectory())
        let gone = Digest(bytes: [UInt8](repeating: 9, count: 32))
        await #expect(throws: (any Error).self) { _ = try await tar([.blob("a", gone)], blobs) }
    }

    private func export(_ course: Course, withTrail: Bool) async throws -> [String: [UInt8]] {
        let export = ProfileExport(
            profiles: course.profiles, models: course.models, quotas: MemoryQuotas(), evaluations: course.evaluations,
            blobs: course.blobs, audit: course.audit, clock: course.clock, directory: course.directory.path,
            pool: .singleton)
        let profile = try #require(try await course.profiles.profile(named: label("ml-2026")))
        var bytes: [UInt8] = []
        let root = person("root", role: .admin)
        for try await piece in try await export.export(profile, withTrail: withTrail, by: root, in: here) {
            bytes += piece
        }
        return try files(in: bytes)
    }

    @Test func everythingOfAProfileIsInItAndTheTrailSaysWhoTookIt() async throws {
        let course = try Course()
        let archive = try await Archives.zip(Archives.digits)
        let version = try await course.intake().receive(course.upload(archive), from: course.ana, in: here)
        let files = try await export(course, withTrail: true)
        let names = [
            "README.txt", "assignments.json", "audit.jsonl", "bundles/digits-ana/v1.tar", "group-rules.json",
            "members.json", "models.json", "profile.json", "quotas.json", "roster.csv", "versions.json",
        ]
        #expect(files.keys.sorted() == names.map { "ml-2026/\($0)" })
        let kept = try await course.blobs.read(version.bundle)
        #expect(files["ml-2026/bundles/digits-ana/v1.tar"] == kept)
        #expect(course.audit.all.last?.action == "profile.export" && course.audit.all.last?.actorName == "root")
        let quotas = try JSONDecoder().decode(Quotas.self, from: Data(try #require(files["ml-2026/quotas.json"])))
        #expect(quotas.profile == ["models": 90, "storage": 1 << 30] && quotas.members == ["ana, b": ["cpu": 500]])
        #expect(quotas.everyMember == ["models": 3])
    }

    private struct Quotas: Decodable {
        let profile: [String: Int64]
        let everyMember: [String: Int64]
        let members: [String: [String: Int64]]

        enum CodingKeys: String, CodingKey {
            case profile, members
            case everyMember = "every-member"
        }
    }

    /// More than is read at once; the newest is that this was taken.
    @Test func allOfTheProfilesTrailIsInItNewestFirst() async throws {
        let course = try Course()
        for number in 0..<1201 {
            let resource = Resource.profile(number % 3 == 0 ? course.profile : label("other"))
            try await course.audit.append(
                AuditEvent(system: "n\(number)", on: resource, at: course.clock.now()))
        }
        let bytes = try #require(try await export(course, withTrail: true)["ml-2026/audit.jsonl"])
        let lines = try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
            try #require(try JSONDecoder().decode(AuditLine.self, from: Data($0.utf8)).record)
        }
        let actions = (0..<1201).filter { $0 % 3 == 0 }.map { "n\($0)" } + ["profile.export"]
        #expect(lines.map(\.event.action) == actions.reversed())
        #expect(lines.allSatisfy { $0.event.profile == course.profile })
    }

    @Test func whoeverMayNotReadTheTrailTakesNoneAlong() async throws {
        #expect(try await export(try Course(), withTrail: false)["ml-2026/audit.jsonl"] == nil)
    }
}
