internal import BedelDomain

/// The three requests of git's smart HTTP protocol (gitprotocol-http(5)). Everything else under a repository's address,
/// the files of the old "dumb" protocol above all, is not there.
enum GitRoute: Equatable {
    enum Service: String { case fetch = "git-upload-pack", push = "git-receive-pack" }

    case advertise(Service)
    case exchange(Service)

    var service: Service {
        switch self {
        case .advertise(let service), .exchange(let service): service
        }
    }

    /// - Throws: ``BedelError`` `notFound`, `methodNotAllowed`, `invalidRequest`.
    init(_ request: GitRequest) throws(BedelError) {
        switch request.service {
        case "/info/refs":
            guard request.method == "GET" else { throw Self.wrongMethod("GET") }
            guard let service = Self.advertised(request.query) else { throw Self.notThere }
            self = .advertise(service)
        case "/git-upload-pack", "/git-receive-pack":
            guard request.method == "POST" else { throw Self.wrongMethod("POST") }
            guard let service = Service(rawValue: String(request.service.dropFirst())), request.query.isEmpty else {
                throw Self.notThere
            }
            guard request.contentType == "application/x-\(service.rawValue)-request" else {
                throw BedelError(.invalidRequest, "That is not how git speaks.", next: "Use “git push” or “git clone”.")
            }
            self = .exchange(service)
        default: throw Self.notThere
        }
    }

    private static func advertised(_ query: String) -> Service? {
        guard query.hasPrefix("service=") else { return nil }
        return Service(rawValue: String(query.dropFirst("service=".count)))
    }

    private static let notThere = BedelError(
        .notFound, "There is nothing at this address.",
        next: "Give git the address that ends in “.git”, with git 1.6.6 or newer.")

    private static func wrongMethod(_ allowed: String) -> BedelError {
        BedelError(.methodNotAllowed, "Only \(allowed) is answered here.", next: "Use “git push” or “git clone”.")
    }
}
