import BedelDomain
import BedelStore
import Foundation
import Testing

@Suite("Blobs")
struct BlobStoreTests {
    /// SHA-256 of "abc" (FIPS 180-4, the example of NIST).
    private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test func bytesAreFoundByTheirDigest() async throws {
        try await withBlobs { blobs, directory in
            let (digest, size) = try await blobs.put(Self.pieces([[97], [], [98, 99]]), limit: 3)
            #expect(digest.hex == abc)
            #expect(size == 3)
            #expect(try await blobs.read(digest) == [97, 98, 99])
            #expect(try await blobs.path(of: digest) == "\(directory)/ba/78/\(abc)")
            #expect(Self.incoming(directory).isEmpty)
        }
    }

    @Test func nothingAtAllIsABlobToo() async throws {
        try await withBlobs { blobs, _ in
            let (digest, size) = try await blobs.put(ByteStream([]), limit: 0)
            #expect(size == 0)
            #expect(try await blobs.read(digest).isEmpty)
        }
    }

    @Test func moreThanTheLimitLeavesNothingBehind() async throws {
        try await withBlobs { blobs, directory in
            await expectFailure(.tooLarge) { _ = try await blobs.put(Self.pieces([[1, 2], [3, 4]]), limit: 3) }
            #expect(Self.incoming(directory).isEmpty)
            let left = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(left == ["incoming"])
        }
    }

    @Test func aSourceThatBreaksOffLeavesNothingBehind() async throws {
        struct Broken: Error {}
        try await withBlobs { blobs, directory in
            let (stream, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            continuation.yield([1, 2, 3])
            continuation.finish(throwing: Broken())
            await #expect(throws: Broken.self) { _ = try await blobs.put(ByteStream(stream), limit: 10) }
            #expect(Self.incoming(directory).isEmpty)
        }
    }

    @Test func aCancelledPutLeavesNothingBehind() async throws {
        try await withBlobs { blobs, directory in
            let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
            continuation.yield([1, 2, 3])
            let putting = Task { try await blobs.put(ByteStream(stream), limit: 10) }
            putting.cancel()
            await #expect(throws: CancellationError.self) { try await putting.value }
            #expect(Self.incoming(directory).isEmpty)
        }
    }

    @Test func theSameBytesFromManyAtOnceAreOneBlob() async throws {
        try await withBlobs { blobs, directory in
            let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let digests = try await withThrowingTaskGroup(of: Digest.self) { group in
                for _ in 0..<8 { group.addTask { try await blobs.put(ByteStream(bytes), limit: .max).digest } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(digests.count == 1)
            #expect(try await blobs.read(try #require(digests.first)) == bytes)
            #expect(Self.incoming(directory).isEmpty)
        }
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        try await withBlobs { blobs, _ in
            await expectFailure(.notFound) { _ = try await blobs.read(.test(1)) }
            await expectFailure(.notFound) { _ = try await blobs.path(of: .test(1)) }
        }
    }

    @Test func aFileThatDoesNotHoldWhatItsNameSaysIsNotHandedOut() async throws {
        try await withBlobs { blobs, _ in
            let digest = try await blobs.put(ByteStream([1, 2, 3]), limit: 3).digest
            let path = try await blobs.path(of: digest)
            try FileManager.default.removeItem(atPath: path)
            try Data([1, 2, 4]).write(to: URL(filePath: path))
            await expectFailure(.internalFailure) { _ = try await blobs.read(digest) }
        }
    }

    @Test func sweepingTakesOldLeftoversOnly() async throws {
        try await withBlobs { blobs, directory in
            _ = try await blobs.put(ByteStream([1]), limit: 1)
            let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970))
            try Data([9]).write(to: URL(filePath: "\(directory)/incoming/leftover"))
            try await blobs.sweep(at: now)
            #expect(Self.incoming(directory) == ["leftover"])
            try await blobs.sweep(at: now + .seconds(90_000))
            #expect(Self.incoming(directory).isEmpty)
        }
    }

    private static func pieces(_ pieces: [[UInt8]]) -> ByteStream {
        ByteStream(
            AsyncStream<[UInt8]> { continuation in
                for piece in pieces { continuation.yield(piece) }
                continuation.finish()
            })
    }

    private static func incoming(_ directory: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/incoming")) ?? []
    }

    private func withBlobs(_ body: (FileBlobStore, String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "blobs-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(FileBlobStore(directory: directory), directory)
    }
}
