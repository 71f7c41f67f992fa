import BedelDomain
import NIOPosix
import Testing

@testable import BedelSubmissions

@Suite("Taking a whole profile out")
struct ProfileExportTests {
    /// The tar as it would be sent, in whatever pieces it comes.
    private func tar(_ parts: [ExportPart], _ blobs: FileBlobs) async throws -> [UInt8] {
        var all: [UInt8] = []
        for try await piece in ExportPieces(parts: parts, folder: "ml-2026", blobs: blobs, pool: .singleton) {
            all += piece
        }
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
        }
        #expect(try files(in: try await tar(parts, blobs)) == wanted)
    }

    @Test func aBundleThatIsNotThereEndsTheArchiveBeforeItsEnd() async throws {
        let blobs = FileBlobs(directory: try TemporaryDirectory())
        let gone = Digest(bytes: [UInt8](repeating: 9, count: 32))
        await #expect(throws: (any Error).self) { _ = try await tar([.blob("a", gone)], blobs) }
    }

    @Test func everythingOfAProfileIsInItAndTheTrailSaysWhoTookIt() async throws {
        let course = try Course()
        let archive = try await Archives.zip(Archives.digits)
        let version = try await course.intake().receive(course.upload(archive), from: course.ana, in: here)
        let export = ProfileExport(
            profiles: course.profiles, models: course.models, evaluations: course.evaluations, blobs: course.blobs,
            audit: course.audit, clock: course.clock, pool: .singleton)
        let profile = try #require(try await course.profiles.profile(named: label("ml-2026")))
        var bytes: [UInt8] = []
        let stream = try await export.export(profile, by: person("root", role: .admin), in: here)
        for try await piece in stream { bytes += piece }
        let files = try files(in: bytes)
        let names = [
            "README.txt", "assignments.json", "bundles/digits-ana/v1.tar", "group-rules.json", "members.json",
            "models.json", "profile.json", "roster.csv", "versions.json",
        ]
        #expect(files.keys.sorted() == names.map { "ml-2026/\($0)" })
        let kept = try await course.blobs.read(version.bundle)
        #expect(files["ml-2026/bundles/digits-ana/v1.tar"] == kept)
        #expect(course.audit.all.last?.action == "profile.export" && course.audit.all.last?.actorName == "root")
    }
}
