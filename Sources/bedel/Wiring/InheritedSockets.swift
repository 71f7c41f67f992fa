import BedelDomain
import Glibc

/// Sockets that listen already, handed over by systemd or whoever started the process (sd_listen_fds(3)): connections
/// wait in them while one process goes and the next one comes, so that nobody is turned away.
struct InheritedSockets: Hashable, Sendable {
    let gateway: CInt?
    let admin: CInt?

    private static let first: CInt = 3

    /// - Parameter processID: our own; what was meant for another process is not taken.
    /// - Throws: ``BedelError`` for names that say nothing to us.
    init(environment: [String: String], processID: Int32) throws {
        guard environment["LISTEN_PID"] == String(processID), let count = CInt(environment["LISTEN_FDS"] ?? ""),
            (1...16).contains(count)
        else {
            (gateway, admin) = (nil, nil)
            return
        }
        let names = (environment["LISTEN_FDNAMES"] ?? "gateway").split(separator: ":").map(String.init)
        guard names.count == Int(count), Set(names).count == names.count,
            names.allSatisfy({ $0 == "gateway" || $0 == "admin" })
        else {
            throw BedelError(
                .invalidRequest, "The sockets handed over are called \(names.joined(separator: ", ")).",
                next: "Give them FileDescriptorName=gateway and admin, as deploy/systemd/bedel.socket does.")
        }
        func descriptor(_ name: String) -> CInt? { names.firstIndex(of: name).map { Self.first + CInt($0) } }
        (gateway, admin) = (descriptor("gateway"), descriptor("admin"))
    }

    /// No program we start is to keep them open.
    func closeOnExec() {
        for descriptor in [gateway, admin].compactMap(\.self) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    }
}
