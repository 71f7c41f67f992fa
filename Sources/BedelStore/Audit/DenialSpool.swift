package import BedelDomain
internal import Synchronization

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Refusals of the data path in a file, until the database has them: one JSON line each, written with one write(2) before
/// the answer goes out. What is written survives the process, though not a power cut.
///
/// A lock, because every event loop writes to the one file. It is held for one write to the page cache, and only refused
/// requests take it.
package final class DenialSpool: DenialRecorder {
    /// A file of the spool. A process begins a new one; those of processes before it are taken over first.
    package struct Segment: Hashable, Sendable {
        package let name: String
        let path: String
    }

    private struct State {
        var name = ""
        var descriptor: Int32 = -1
        var size: Int64 = 0
        /// Bytes that the database does not have yet, in all segments.
        var waiting: Int64 = 0
    }

    private let directory: String
    private let limit: Int64
    private let state: Mutex<State>
    private let bell: AsyncStream<Void>.Continuation

    /// Rings when there is something to take over.
    package let arrivals: AsyncStream<Void>

    /// - Parameters:
    ///   - directory: exists; of one process at a time.
    ///   - limit: bytes that may wait for the database. More than that, and refusals are no longer taken.
    package init(directory: String, limit: Int64 = 256 << 20) throws {
        self.directory = directory
        self.limit = limit
        (arrivals, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        state = Mutex(State())
        let left = try segments().reduce(0) { try $0 + Self.size(of: $1.path) }
        state.withLock { $0.waiting = left }
        bell.yield()
    }

    deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

    package func record(_ event: AuditEvent) -> Bool {
        guard var line = try? JSONEncoder().encode(event) else { return false }
        line.append(UInt8(ascii: "\n"))
        let isKept = state.withLock { state in
            guard state.waiting + Int64(line.count) <= limit, begin(&state) else { return false }
            guard Self.append(line, to: state.descriptor, at: state.size) else { return false }
            state.size += Int64(line.count)
            state.waiting += Int64(line.count)
            return true
        }
        if isKept { bell.yield() }
        return isKept
    }

    /// Ends ``arrivals``.
    package func finish() { bell.finish() }

    /// Oldest first, the one being written last.
    package func segments() throws -> [Segment] {
        try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".jsonl") }.sorted()
            .map { Segment(name: $0, path: "\(directory)/\($0)") }
    }

    /// Some of the events from that position on.
    ///
    /// - Returns: the events; the position behind the last of them, or the same one when there is nothing more; and how
    ///   many lines could not be read as events, which only a damaged disk explains.
    package func read(
        _ segment: Segment, from position: Int64
    ) throws -> (events: [AuditEvent], upTo: Int64, damaged: Int) {
        let bytes = try Self.bytes(of: segment.path, from: position, count: 256 << 10)
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return ([], position, 0) }
        let lines = bytes[..<end].split(separator: UInt8(ascii: "\n"))
        let events = lines.compactMap { try? JSONDecoder().decode(AuditEvent.self, from: Data($0)) }
        return (events, position + Int64(end) + 1, lines.count - events.count)
    }

    /// The database has so many bytes more.
    package func tookOver(bytes: Int64) { state.withLock { $0.waiting = max(0, $0.waiting - bytes) } }

    /// Removes a segment that was taken over whole.
    /// - Parameters:
    ///   - position: how far it was taken over.
    ///   - smallest: one that is still being written, and smaller than this, goes on.
    /// - Returns: whether it is gone.
    package func retire(_ segment: Segment, at position: Int64, smallest: Int64 = 1 << 20) -> Bool {
        let mayGo = state.withLock { state in
            guard state.name == segment.name else { return true }
            guard state.size == position, position >= smallest else { return false }
            close(state.descriptor)
            state = State(waiting: state.waiting)
            return true
        }
        return mayGo && unlink(segment.path) == 0
    }

    /// Opens a new segment if none is open.
    private func begin(_ state: inout State) -> Bool {
        guard state.descriptor < 0 else { return true }
        // Names order by time, so that the oldest is taken over first.
        let now = timestamp()
        let digits = String(now.microseconds)
        let padded = String(repeating: "0", count: max(0, 20 - digits.count)) + digits
        let name = "\(padded)-\(UInt32.random(in: .min ... .max)).jsonl"
        let descriptor = open("\(directory)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        (state.name, state.descriptor, state.size) = (name, descriptor, 0)
        return true
    }

    private func timestamp() -> Timestamp {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(microseconds: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)
    }

    /// All of it or, when the disk is full, none.
    private static func append(_ line: Data, to descriptor: Int32, at size: Int64) -> Bool {
        let written = line.withUnsafeBytes { bytes in
            while true {
                let count = pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(size))
                if count >= 0 || errno != EINTR { return count }
            }
        }
        if written == line.count { return true }
        _ = ftruncate(descriptor, off_t(size))
        return false
    }

    private static func bytes(of path: String, from position: Int64, count: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.failure("open", path) }
        defer { close(descriptor) }
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let read = pread(descriptor, buffer.baseAddress, count, off_t(position))
            guard read >= 0 else { throw FileSystem.failure("pread", path) }
            filled = read
        }
    }

    private static func size(of path: String) throws -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileSystem.failure("stat", path) }
        return Int64(status.st_size)
    }
}
