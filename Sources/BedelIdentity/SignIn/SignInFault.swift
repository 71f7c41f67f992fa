internal import BedelDomain

/// Why somebody could not sign in. The reason goes to the audit trail; the person gets a sentence and a way on.
struct SignInFault: Error, Sendable {
    enum Reason: String, Sendable, CaseIterable {
        case badCallback = "bad-callback"
        case missingState = "missing-state"
        case unknownState = "unknown-state"
        case otherBrowser = "other-browser"
        case wrongResponseIssuer = "wrong-response-issuer"
        case refusedByPerson = "refused-by-person"
        case refusedByProvider = "refused-by-provider"
        case missingCode = "missing-code"
        case codeRefused = "code-refused"
        case badTokenResponse = "bad-token-response"
        case userinfoOfAnother = "userinfo-of-another"
        case badToken = "bad-token"
        case providerUnavailable = "provider-unavailable"
        case badHandover = "bad-handover"
        case insufficientAuthentication = "insufficient-authentication"
    }

    let reason: Reason
    let detail: String

    init(_ reason: Reason, detail: String = "") {
        self.reason = reason
        self.detail = detail
    }

    init(_ fault: TokenFault) {
        let isInsufficient = fault == .staleAuthentication || fault == .weakAuthentication
        self.init(isInsufficient ? .insufficientAuthentication : .badToken, detail: fault.rawValue)
    }

    var error: BedelError {
        let (message, next) = words
        return BedelError(.signInFailed, message, next: next, arguments: ["reason": reason.rawValue], detail: detail)
    }

    private var words: (message: String, next: String) {
        switch reason {
        case .unknownState, .missingState:
            (
                "This sign-in was used already, or it took too long.",
                "Start again from the first page; your browser may have gone back to an old one."
            )
        case .otherBrowser:
            (
                "This sign-in was begun in another browser, or yours keeps no cookies.",
                "Allow cookies for this address and start again from the first page."
            )
        case .refusedByPerson:
            ("You did not let the sign-in service tell us who you are.", "Start again and agree to it.")
        case .badHandover:
            ("This link has been used already, or it took too long.", "Open the page again from the console.")
        case .insufficientAuthentication:
            (
                "The sign-in service let you through without asking again, or not as strongly as this needs.",
                "Sign out there, or choose the stronger way to sign in, and try again; if it does not ask you, tell whoever runs this server."
            )
        case .refusedByProvider, .codeRefused:
            (
                "The sign-in service refused the sign-in.",
                "Start again; if it happens again, tell whoever runs this server."
            )
        case .badCallback, .missingCode, .badTokenResponse, .userinfoOfAnother, .badToken, .wrongResponseIssuer,
            .providerUnavailable:
            (
                "The answer of the sign-in service could not be trusted.",
                "Start again; if it happens again, tell whoever runs this server."
            )
        }
    }
}
