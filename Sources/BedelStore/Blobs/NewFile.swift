internal import BedelDomain

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A file that did not exist before, open for writing until it is renamed or discarded. Its calls block.
final class NewFile: Sendable {
    private let path: String
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o400)
        guard descriptor >= 0 else { throw FileSystem.failure("open", path) }
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw FileSystem.failure("write", path) }
                rest = rest.dropFirst(count)
            }
        }
    }

    func sync() throws {
        guard fsync(descriptor) == 0 else { throw FileSystem.failure("fsync", path) }
    }

    func rename(to target: String) throws {
        guard systemRename(path, target) == 0 else { throw FileSystem.failure("rename", path) }
    }

    func discard() { unlink(path) }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

private func systemRename(_ from: String, _ to: String) -> Int32 { rename(from, to) }
