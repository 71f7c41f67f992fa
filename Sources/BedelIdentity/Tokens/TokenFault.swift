internal import BedelDomain

/// Why a token was refused. For the audit trail and the log: whoever sent it learns only that it is no good.
enum TokenFault: String, Error, Sendable, CaseIterable {
    // Shape.
    case tooLarge = "too-large"
    case malformed = "malformed"
    case notJSON = "not-json"
    case criticalHeader = "critical-header"
    case wrongType = "wrong-type"

    // Signature.
    case algorithmNotAllowed = "algorithm-not-allowed"
    case unknownKey = "unknown-key"
    case badSignature = "bad-signature"

    // Claims.
    case unknownIssuer = "unknown-issuer"
    case wrongIssuer = "wrong-issuer"
    case wrongAudience = "wrong-audience"
    case wrongParty = "wrong-party"
    case missingExpiry = "missing-expiry"
    case expired = "expired"
    case notYetValid = "not-yet-valid"
    case missingIssueTime = "missing-issue-time"
    case livesTooLong = "lives-too-long"
    case wrongSubject = "wrong-subject"
    case wrongNonce = "wrong-nonce"
    case wrongEvent = "wrong-event"
    case missingTokenID = "missing-token-id"
    case replayed = "replayed"
    case wrongAccessTokenHash = "wrong-access-token-hash"
    case senderConstrained = "sender-constrained"
    case inactive = "inactive"
    case staleAuthentication = "stale-authentication"
    case weakAuthentication = "weak-authentication"

    // Ours.
    case badChecksum = "bad-checksum"
    case unknownToken = "unknown-token"
    case revoked = "revoked"
    case unknownUser = "unknown-user"

    /// What the sender of an `Authorization` header is told.
    var refusal: BedelError {
        switch self {
        case .expired:
            BedelError(.expiredToken, "The access token has expired.", next: "Get a new one.", detail: rawValue)
        case .unknownUser:
            BedelError(
                .invalidToken, "Nobody here is known by this access token.",
                next: "Sign in once in the browser, then use the token again.", detail: rawValue)
        case .badChecksum:
            BedelError(
                .invalidToken, "The access token is not whole.",
                next: "Copy it again, from “bdl_” to its last character.",
                detail: rawValue)
        default:
            BedelError(
                .invalidToken, "The access token is not valid here.", next: "Make a new one on your tokens page.",
                detail: rawValue)
        }
    }
}
