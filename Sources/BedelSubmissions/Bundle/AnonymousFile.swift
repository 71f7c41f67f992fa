internal import BedelDomain

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A file that is open and needs no name: whatever happens to this process, the system takes its bytes back.
///
/// Its calls block, so they belong on a thread pool. Reads and writes give their own offset; two readers do not disturb
/// each other.
final class AnonymousFile: Sendable {
    let descriptor: Int32

    /// - Throws: ``BedelError`` `unavailable` when the directory cannot hold it.
    init(in directory: String) throws(BedelError) {
        let name = "\(directory)/bedel-\(UInt64.random(in: 0 ... .max)).tmp"
        let opened = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw Self.failure("open in \(directory)") }
        unlink(name)
        descriptor = opened
    }

    /// A file that has a name already, for reading only.
    /// - Throws: ``BedelError`` `unavailable`.
    init(reading path: String) throws(BedelError) {
        let opened = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else { throw Self.failure("open \(path)") }
        descriptor = opened
    }

    deinit { close(descriptor) }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(BedelError) {
        var written = 0
        while written < bytes.count {
            let part = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = pwrite(descriptor, part.baseAddress, part.count, off_t(offset) + off_t(written))
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("pwrite") }
            written += count
        }
    }

    func write(_ bytes: [UInt8], at offset: Int64) throws(BedelError) {
        let result: Result<Void, BedelError> = bytes.withUnsafeBytes { buffer in
            do throws(BedelError) { return .success(try write(buffer, at: offset)) } catch { return .failure(error) }
        }
        try result.get()
    }

    /// Up to `count` bytes; fewer only at the end of the file.
    func read(_ count: Int, at offset: Int64) throws(BedelError) -> [UInt8] {
        var failed = false
        let descriptor = self.descriptor
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + off_t(filled))
                if got < 0 && errno == EINTR { continue }
                failed = got < 0
                guard got > 0 else { return }
                filled += got
            }
        }
        guard !failed else { throw Self.failure("pread") }
        return bytes
    }

    /// How many bytes it has now.
    func size() throws(BedelError) -> Int64 {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw Self.failure("lseek") }
        return Int64(end)
    }

    private static func failure(_ call: String) -> BedelError {
        BedelError(
            .unavailable, "There is no room for the upload on this server just now.",
            next: "Try again in some minutes; nothing was kept.", detail: "\(call): errno \(errno)")
    }
}
