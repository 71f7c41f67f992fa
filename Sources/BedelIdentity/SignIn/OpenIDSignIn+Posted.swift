package import BedelDomain

/// OAuth 2.0 Form Post Response Mode: the provider's page has the browser post the answer, from another site, and so
/// without the cookie that says whose sign-in it is. Instead of loosening the cookie (`SameSite=None`), the answer is
/// sealed and sent once round through the browser: nobody can read it in the address, and nobody else can have made it.
extension OpenIDSignIn {
    private static let field = "answer"
    /// What is sealed becomes an address, so it has to be shorter than what a query may be.
    private static let maximumSize = 4096

    package func callbackQuery(posted form: String, in context: RequestContext) async throws -> String {
        do {
            // Only what is looked at goes on; whatever else was posted is dropped.
            let fields = try CallbackQuery(form).fields
            let text = FormEncoding.encode(fields)
            guard text.utf8.count <= Self.maximumSize else { throw SignInFault(.badCallback, detail: "too long") }
            return FormEncoding.encode([
                (Self.field, keys.seal(Array(text.utf8), for: .postedAnswer, context: configuration.callback))
            ])
        } catch let fault as SignInFault {
            try await record(fault, in: context)
            throw fault.error
        }
    }

    /// What the query says, or what is sealed in it.
    func opened(_ query: String) throws(SignInFault) -> CallbackQuery {
        guard query.hasPrefix(Self.field + "=") else { return try CallbackQuery(query) }
        guard let fields = FormEncoding.decode(query), fields.count == 1,
            let form = keys.open(fields[0].value, for: .postedAnswer, context: configuration.callback)
        else { throw SignInFault(.badCallback, detail: "not sealed here") }
        return try CallbackQuery(String(decoding: form, as: UTF8.self))
    }
}

extension CallbackQuery {
    fileprivate var fields: [(String, String)] {
        [("state", state)]
            + [("code", code), ("iss", issuer), ("error", error)].compactMap { name, value in value.map { (name, $0) } }
    }
}
