/// Where packages come from, taken from the operator's environment: uv's own variables as they are, pip's translated
/// where uv's are not set, proxies and certificates. Bedel itself names no index.
struct IndexSettings: Equatable {
    let variables: [String: String]
    /// Directories and files of the machine that the settings speak of and the build must see.
    let paths: [String]

    init(_ environment: [String: String]) {
        var variables = environment.filter { Self.passed.contains($0.key) || Self.isIndexCredential($0.key) }
        for (pip, uv) in Self.translated where variables[uv] == nil {
            if let value = environment[pip], !value.isEmpty { variables[uv] = value }
        }
        self.variables = variables
        paths = Self.pathVariables.flatMap { name in
            (variables[name] ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
                .filter { $0.hasPrefix("/") }
        }.sorted()
    }

    private static let passed: Set<String> = [
        "UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX",
        "UV_INDEX_STRATEGY", "UV_INSECURE_HOST", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_HTTP_TIMEOUT", "UV_OFFLINE",
        "UV_EXCLUDE_NEWER", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
        "http_proxy", "https_proxy", "all_proxy", "no_proxy",
    ]

    private static let translated = [
        "PIP_INDEX_URL": "UV_DEFAULT_INDEX", "PIP_EXTRA_INDEX_URL": "UV_INDEX", "PIP_FIND_LINKS": "UV_FIND_LINKS",
        "PIP_NO_INDEX": "UV_NO_INDEX", "PIP_CERT": "SSL_CERT_FILE", "PIP_DEFAULT_TIMEOUT": "UV_HTTP_TIMEOUT",
        "PIP_TRUSTED_HOST": "UV_INSECURE_HOST", "PIP_PROXY": "ALL_PROXY",
    ]

    private static let pathVariables = ["UV_FIND_LINKS", "SSL_CERT_FILE", "SSL_CERT_DIR"]

    /// `UV_INDEX_<NAME>_USERNAME` and `_PASSWORD`.
    private static func isIndexCredential(_ name: String) -> Bool {
        name.hasPrefix("UV_INDEX_") && (name.hasSuffix("_USERNAME") || name.hasSuffix("_PASSWORD"))
    }
}
