import Glibc

/// Every connection is an open file, and so is what it leads to; what a process may have at first is a thousand.
enum OpenFiles {
    /// As many as whoever started us allows (`LimitNOFILE` in systemd), getrlimit(2).
    static func allowAll() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
