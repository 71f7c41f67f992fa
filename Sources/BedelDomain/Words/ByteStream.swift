/// Bytes that arrive piece by piece, pulled by the reader, so that a slow reader slows the writer and nothing is buffered
/// whole. It hides where they come from: a request body, a process's output, a file.
package struct ByteStream: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    private let makeNext: @Sendable () -> (() async throws -> [UInt8]?)

    /// - Parameter source: iterated at most once.
    package init<Source: AsyncSequence & Sendable>(_ source: Source) where Source.Element == [UInt8] {
        makeNext = {
            var iterator = source.makeAsyncIterator()
            return { try await iterator.next() }
        }
    }

    package init(_ bytes: [UInt8]) {
        self.init(
            AsyncStream<[UInt8]> { continuation in
                if !bytes.isEmpty { continuation.yield(bytes) }
                continuation.finish()
            })
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let pull: () async throws -> [UInt8]?
        package mutating func next() async throws -> [UInt8]? { try await pull() }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pull: makeNext()) }
}
