internal import Glibc

/// Whole directories: their size, their removal, who may read them. Links are never followed. Everything here blocks.
enum FileTree {
    /// Bytes on disk, counted once per file even when it has several names.
    static func size(_ path: String) -> Int64 {
        var total: Int64 = 0
        var seen: Set<UInt64> = []
        walk(path) { _, information in
            let shared = information.st_nlink > 1 && information.st_mode & S_IFMT == S_IFREG
            if shared && !seen.insert(UInt64(information.st_ino)).inserted { return }
            total += Int64(information.st_blocks) * 512
        }
        return total
    }

    static func remove(_ path: String) {
        var information = stat()
        guard lstat(path, &information) == 0 else { return }
        guard information.st_mode & S_IFMT == S_IFDIR else {
            unlink(path)
            return
        }
        for name in SmallFile.names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }

    /// Makes everything readable for the sandbox's users, who are nobody's friends on this machine. The way to it stays
    /// closed to others by the directories above.
    static func openForReading(_ path: String) {
        walk(path) { file, information in
            let kind = information.st_mode & S_IFMT
            guard kind == S_IFDIR || kind == S_IFREG else { return }
            let executable = kind == S_IFDIR || information.st_mode & 0o100 != 0
            let wanted = (information.st_mode & 0o7777) | (executable ? 0o555 : 0o444)
            if wanted != information.st_mode & 0o7777 { chmod(file, wanted) }
        }
    }

    private static func walk(_ path: String, _ visit: (String, stat) -> Void) {
        var information = stat()
        guard lstat(path, &information) == 0 else { return }
        visit(path, information)
        guard information.st_mode & S_IFMT == S_IFDIR else { return }
        for name in SmallFile.names(in: path) { walk("\(path)/\(name)", visit) }
    }
}
