import BedelDomain
import BedelSubmissions
import NIOPosix
import Subprocess
import Testing

@Suite("The canonical bundle")
struct CanonicalBundleTests {
    private func digest(of archive: [UInt8], in course: Course) async throws -> Digest {
        try await course.intake().receive(course.upload(archive), from: course.ana, in: here).bundle
    }

    @Test func sameFilesGiveTheSameDigestFromZipAndTar() async throws {
        let course = try Course()
        let zip = try await digest(of: Archives.zip(Archives.digits), in: course)
        let tar = try await digest(of: Archives.tarGzip(Archives.digits), in: course)
        let inFolder = try await digest(of: Archives.zip(Archives.digits, folder: "my-model/"), in: course)
        #expect(zip == tar)
        #expect(zip == inFolder)
    }

    @Test func anotherByteGivesAnotherDigest() async throws {
        let course = try Course()
        var files = Archives.digits
        let before = try await digest(of: Archives.zip(files), in: course)
        files["weights/a.bin"] = "0123456780"
        #expect(try await digest(of: Archives.zip(files), in: course) != before)
    }

    @Test func whatToolsLeaveBehindDoesNotCount() async throws {
        let course = try Course()
        var files = Archives.digits
        let before = try await digest(of: Archives.zip(files), in: course)
        for litter in ["__MACOSX/._Digits.py", ".git/config", ".DS_Store", "__pycache__/Digits.cpython-311.pyc"] {
            files[litter] = "x"
        }
        #expect(try await digest(of: Archives.zip(files), in: course) == before)
    }

    @Test func otherToolsReadItAndFindExactlyTheFiles() async throws {
        let course = try Course()
        var files = Archives.digits
        let long = String(repeating: "long-name/", count: 14) + "weights.bin"
        files[long] = "deep"
        files["modèle.txt"] = "accent"
        let kept = try await digest(of: Archives.zip(files), in: course)
        let listing = try await Subprocess.run(
            .name("python3"),
            arguments: [
                "-c",
                "import sys, tarfile\nfor m in tarfile.open(sys.argv[1]): print(m.name, oct(m.mode), m.mtime, m.uid, m.isreg())",
                try await course.blobs.path(of: kept),
            ], output: .string(limit: 1 << 16))
        let lines = listing.standardOutput.split(separator: "\n").map(String.init)
        let expected = files.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { "\($0) 0o644 0 0 True" }
        #expect(lines == expected)
    }

    @Test func unpackedBundleHasTheFilesAndNothingElse() async throws {
        let course = try Course()
        let kept = try await digest(of: Archives.tarGzip(Archives.digits), in: course)
        let unpacked = try TemporaryDirectory()
        let bundles = BundleDirectory(root: unpacked.path, blobs: course.blobs, pool: .singleton)
        async let first = bundles.directory(of: kept)
        async let second = bundles.directory(of: kept)
        let paths = try await [first, second]
        #expect(paths == Array(repeating: "\(unpacked.path)/\(kept.hex)", count: 2))
        let files = unpacked.entries.filter { unpacked.read($0) != nil }
        #expect(files.sorted() == Archives.digits.keys.map { "\(kept.hex)/\($0)" }.sorted())
        #expect(unpacked.read("\(kept.hex)/Digits.py") == Array(Archives.model.utf8))
    }
}
