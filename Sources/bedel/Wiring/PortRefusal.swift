import BedelDomain
import Glibc
import NIOCore
import NIOPosix

/// Why nobody can listen at an address, in words, with what to do.
struct PortRefusal {
    let place: HostPort
    /// Finishes “… is to listen there”.
    let whose: String
    /// What else one could do: an imperative without a full stop.
    let instead: String

    func error(_ error: any Error) -> BedelError {
        if let error = error as? BedelError { return error }
        let (message, next) = words(for: (error as? IOError)?.errnoCode, error)
        return BedelError(.conflict, message, next: next)
    }

    private func words(for code: CInt?, _ error: any Error) -> (message: String, next: String) {
        switch code {
        case EADDRINUSE:
            (
                "Another program has port \(place.port) of \(place.host), where \(whose) is to listen.",
                "See which with “ss -ltnp 'sport = :\(place.port)'” and stop it, or \(instead)."
            )
        case EACCES:
            (
                "This account may not listen at port \(place.port) of \(place.host), where \(whose) is to.",
                "Ports below 1024 need root, CAP_NET_BIND_SERVICE or systemd's socket (deploy/systemd); or \(instead)."
            )
        case EADDRNOTAVAIL:
            (
                "\(place.host) is no address of this machine; \(whose) is to listen there, at port \(place.port).",
                "See this machine's addresses with “ip address”, and \(instead)."
            )
        default:
            (
                "Nobody can listen at port \(place.port) of \(place.host), where \(whose) is to:"
                    + " \(error is SocketAddressError.UnknownHost ? "there is no address of that name" : PlainReason.of(error)).",
                "Choose an address of this machine: \(instead)."
            )
        }
    }
}
