/// What the console has to know of the house it stands in.
package struct ConsoleConfiguration: Sendable {
    /// Where it listens; the gateway is the only one who comes here.
    package enum Listener: Sendable, Hashable {
        /// Nobody but the users the file's permissions let in can connect.
        case unixSocket(path: String)
        /// For development only: whoever reaches this port still needs the gateway's assertion.
        case tcp(host: String, port: Int)
    }

    package let listener: Listener
    /// Scheme, host and port of the base as browsers see it, without a slash at the end: `http://localhost:8080`.
    package let baseURL: String
    /// Whether browsers come by TLS: cookies get `Secure` and the `__Host-` prefix.
    package let isSecure: Bool
    /// The directory that holds `templates/`, `locales/` and `assets/`.
    package let webDirectory: String
    /// Where Debian keeps Bootstrap's `css/bootstrap.min.css`.
    package let bootstrapDirectory: String
    /// Where people may sign in, in the order in which they are offered; never empty.
    package let providers: [SignInProvider]
    /// Bytes of an assignment's hidden CSV, which is held in memory while it is checked.
    package let datasetLimit: Int
    /// Time between two signs of life on an event stream.
    package let heartbeat: Duration

    package struct SignInProvider: Hashable, Sendable {
        package let issuer: String
        /// What people call it: `Canaille`, `the university's account`.
        package let name: String

        package init(issuer: String, name: String) {
            self.issuer = issuer
            self.name = name
        }
    }

    /// - Precondition: at least one provider.
    package init(
        listener: Listener, baseURL: String, isSecure: Bool, webDirectory: String,
        bootstrapDirectory: String = "/usr/share/javascript/bootstrap5", providers: [SignInProvider],
        datasetLimit: Int = 32 << 20, heartbeat: Duration = .seconds(15)
    ) {
        self.listener = listener
        self.baseURL = baseURL
        self.isSecure = isSecure
        self.webDirectory = webDirectory
        self.bootstrapDirectory = bootstrapDirectory
        precondition(!providers.isEmpty, "nobody could ever sign in")
        self.providers = providers
        self.datasetLimit = datasetLimit
        self.heartbeat = heartbeat
    }

    /// `localhost:8080`
    var baseHost: String { String(baseURL.drop(while: { $0 != "/" }).drop(while: { $0 == "/" })) }
    /// `http`
    var scheme: String { String(baseURL.prefix(while: { $0 != ":" })) }
}
