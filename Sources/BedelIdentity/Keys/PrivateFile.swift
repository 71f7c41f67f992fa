package import BedelDomain

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// A small file for its owner's eyes only, there whole or not at all. Blocks; read at start, never on a request's way.
package struct PrivateFile {
    package let path: String

    package init(path: String) { self.path = path }

    /// Its text; nil when there is no such file.
    ///
    /// - Throws: ``BedelError`` `unavailable` when others may read it, or it cannot be read.
    package func text() throws(BedelError) -> String? {
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("read")
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw failure("read") }
        guard status.st_mode & 0o077 == 0 else {
            throw BedelError(
                .unavailable, "The file \(path) can be read by others.",
                next: "Run chmod 600 on it; better, replace it.")
        }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Self.uninterrupted { Self.systemRead(file, &bytes) }
        guard count >= 0 else { throw failure("read") }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Writes a new file, unless somebody else was faster.
    ///
    /// - Returns: false when the file is there already; nothing has changed then.
    func create(_ text: String) throws(BedelError) -> Bool {
        let temporary = try writeTemporary(text)
        defer { unlink(temporary) }
        // link(2), unlike rename(2), does not replace what another process has just made.
        if link(temporary, path) == 0 {
            try syncDirectory()
            return true
        }
        guard errno == EEXIST else { throw failure("create") }
        return false
    }

    package func replace(with text: String) throws(BedelError) {
        let temporary = try writeTemporary(text)
        guard rename(temporary, path) == 0 else {
            unlink(temporary)
            throw failure("replace")
        }
        try syncDirectory()
    }

    private func writeTemporary(_ text: String) throws(BedelError) -> String {
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max)).new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("create") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Self.uninterrupted({ Self.systemWrite(file, bytes) }) == bytes.count, fsync(file) == 0 else {
            unlink(temporary)
            throw failure("write")
        }
        return temporary
    }

    private func syncDirectory() throws(BedelError) {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let directory = open(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("sync") }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure("sync") }
    }

    private func failure(_ verb: String) -> BedelError {
        BedelError(
            .unavailable, "Cannot \(verb) the file \(path).",
            next: "Check that its directory exists and belongs to the account this runs under.",
            detail: String(cString: strerror(errno)))
    }

    private static func systemRead(_ file: Int32, _ bytes: inout [UInt8]) -> Int {
        bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    }

    private static func systemWrite(_ file: Int32, _ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    }

    private static func uninterrupted(_ call: () -> Int) -> Int {
        var result = call()
        while result < 0, errno == EINTR { result = call() }
        return result
    }
}
