internal import BedelDomain

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Writes files into a folder it has made itself, one path component at a time from an open directory and never through
/// a link, so that no name can lead outside. Every call blocks.
struct FolderWriter: ~Copyable {
    private let root: Int32

    private init(root: Int32) { self.root = root }

    static func create(_ path: String) throws(BedelError) -> FolderWriter {
        guard mkdir(path, 0o755) == 0 else { throw failure("mkdir \(path)", errno) }
        let root = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard root >= 0 else { throw failure("open \(path)", errno) }
        return FolderWriter(root: root)
    }

    deinit { close(root) }

    /// The current entry's bytes as a read-only file, on the disk before this returns: the folder gets its final name
    /// afterwards, and must then be whole even after a power cut.
    func add(_ parts: [String], from archive: inout ArchiveReader) throws(BedelError) {
        guard let name = parts.last else { throw .internalFailure("a file without a name") }
        let folder = try openFolder(parts.dropLast())
        defer { close(folder) }
        let file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o444)
        guard file >= 0 else { throw Self.failure("openat \(name)", errno) }
        defer { close(file) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try archive.read(into: buffer)
            guard count > 0 else { break }
            try Self.writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: file)
        }
        guard fsync(file) == 0 else { throw Self.failure("fsync \(name)", errno) }
    }

    private func openFolder(_ parts: ArraySlice<String>) throws(BedelError) -> Int32 {
        var current = fcntl(root, F_DUPFD_CLOEXEC, 0)
        for part in parts {
            guard mkdirat(current, part, 0o755) == 0 || errno == EEXIST else {
                let code = errno
                close(current)
                throw Self.failure("mkdirat \(part)", code)
            }
            let next = openat(current, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let code = errno
            close(current)
            guard next >= 0 else { throw Self.failure("openat \(part)", code) }
            current = next
        }
        return current
    }

    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) throws(BedelError) {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = write(file, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("write", errno) }
            written += count
        }
    }

    /// Removes a folder and what is in it; what cannot be removed stays.
    static func removeTree(_ path: String) {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            if unlink("\(path)/\(name)") != 0 { removeTree("\(path)/\(name)") }
        }
        closedir(folder)
        rmdir(path)
    }

    static func failure(_ call: String, _ code: Int32) -> BedelError {
        BedelError(
            .unavailable, "The bundle cannot be unpacked on this server just now.", next: "Try again in some minutes.",
            detail: "\(call): errno \(code)")
    }
}
