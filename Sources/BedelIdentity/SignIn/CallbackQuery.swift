/// The provider's answer as the browser carries it (RFC 6749, section 4.1.2). No parameter may stand there twice: two
/// readers could take two different ones.
struct CallbackQuery {
    let state: String
    let code: String?
    let issuer: String?
    let error: String?

    init(_ query: String) throws(SignInFault) {
        guard query.utf8.count <= 8192, let fields = FormEncoding.decode(query) else { throw SignInFault(.badCallback) }
        let values = Dictionary(grouping: fields, by: \.name).mapValues { $0.map(\.value) }
        guard values.values.allSatisfy({ $0.count == 1 }) else { throw SignInFault(.badCallback, detail: "doubled") }
        func value(_ name: String) -> String? { values[name]?.first.flatMap { $0.isEmpty ? nil : $0 } }
        guard let state = value("state") else { throw SignInFault(.missingState) }
        self.state = state
        code = value("code")
        issuer = value("iss")
        error = value("error")
    }
}
