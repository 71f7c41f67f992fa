import BedelDomain
import Testing

@Suite("Byte streams")
struct ByteStreamTests {
    private struct SourceError: Error {}

    private func collect(_ stream: ByteStream) async throws -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        for try await piece in stream { pieces.append(piece) }
        return pieces
    }

    @Test func bytesComeOutAsTheyWentIn() async throws {
        #expect(try await collect(ByteStream([1, 2, 3])) == [[1, 2, 3]])
        #expect(try await collect(ByteStream([UInt8]())) == [])
    }

    @Test func piecesKeepTheirOrder() async throws {
        let (source, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        for piece in [[1], [], [2, 3]] as [[UInt8]] { continuation.yield(piece) }
        continuation.finish()
        #expect(try await collect(ByteStream(source)) == [[1], [], [2, 3]])
    }

    @Test func failureOfTheSourceReachesTheReader() async {
        let (source, continuation) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        continuation.yield([1])
        continuation.finish(throwing: SourceError())
        await #expect(throws: SourceError.self) { try await collect(ByteStream(source)) }
    }

    /// What is not asked for is not produced: that is how a slow reader slows the writer.
    @Test func piecesAreProducedOnlyWhenAskedFor() async throws {
        let source = CountingSource()
        var iterator = ByteStream(source).makeAsyncIterator()
        #expect(source.produced.count == 0)
        #expect(try await iterator.next() == [0])
        #expect(try await iterator.next() == [1])
        #expect(source.produced.count == 2)
    }

    private struct CountingSource: AsyncSequence, Sendable {
        let produced = Counter()

        struct AsyncIterator: AsyncIteratorProtocol {
            let produced: Counter
            mutating func next() async throws -> [UInt8]? { [UInt8(produced.increment())] }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(produced: produced) }
    }
}
