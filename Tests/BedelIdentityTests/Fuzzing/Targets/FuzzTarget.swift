/// Everything that reads what strangers write. Each target is run with any bytes, and throws ``FuzzFinding`` when what was
/// accepted should not have been, or the other way round.
///
/// One home for two runs: `make fuzz-identity` compiles this folder with libFuzzer and guides it by coverage, and
/// ``FuzzCorpusTests`` runs the kept corpus and changes to it with every `make test`.
enum FuzzTarget: String, CaseIterable, Sendable {
    case json
    case accessToken = "access-token"
    case idToken = "id-token"
    case logoutToken = "logout-token"
    case keySet = "key-set"
    case cookie
    case discovery
    case callback

    func run(_ input: [UInt8]) throws {
        switch self {
        case .json: try FuzzedJSON.run(input)
        case .accessToken: try FuzzedToken(kind: .access).run(input)
        case .idToken: try FuzzedToken(kind: .identity).run(input)
        case .logoutToken: try FuzzedToken(kind: .logout).run(input)
        case .keySet: try FuzzedKeySet.run(input)
        case .cookie: try FuzzedCookie.run(input)
        case .discovery: try FuzzedDiscovery.run(input)
        case .callback: try FuzzedCallback.run(input)
        }
    }
}

/// A promise that was not kept.
struct FuzzFinding: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    static func unless(_ holds: Bool, _ promise: @autoclosure () -> String) throws(FuzzFinding) {
        guard holds else { throw FuzzFinding(promise()) }
    }
}
