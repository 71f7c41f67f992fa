internal import BedelDomain

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The few system calls that blobs need. All of them block.
enum FileSystem {
    static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// Makes it, and makes sure its name survives a power cut; nothing happens when it is there.
    static func makeDirectory(_ path: String) throws {
        if mkdir(path, 0o700) == 0 { return try syncDirectory(parent(of: path)) }
        guard errno == EEXIST else { throw failure("mkdir", path) }
    }

    static func syncDirectory(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("fsync", path) }
    }

    /// Nil when there is no such file.
    static func read(_ path: String) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("open", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("fstat", path) }
        let size = Int(status.st_size)
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while filled < size {
                let count = systemRead(descriptor, buffer.baseAddress! + filled, size - filled)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { throw failure("read", path) }
                if count == 0 { return }
                filled += count
            }
        }
    }

    /// Without going into directories; nothing happens when there is no such directory.
    static func removeFiles(in directory: String, untouchedSince time: Timestamp) throws {
        guard let handle = opendir(directory) else { return }
        defer { closedir(handle) }
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let path = "\(directory)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            if Int64(status.st_mtim.tv_sec) < time.seconds { unlink(path) }
        }
    }

    /// A failure of the machine (no space, no right): ours, not the caller's.
    static func failure(_ call: String, _ path: String) -> BedelError {
        .internalFailure("\(call) \(path): \(String(cString: strerror(errno)))")
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

private func systemRead(_ descriptor: Int32, _ start: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, start, count)
}
