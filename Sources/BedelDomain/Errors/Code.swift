extension BedelError {
    /// What kind of failure it is. The raw value is the stable last part of the problem `type` (RFC 9457) and of the
    /// key in the locale files; it may be compared by programs and never changes once released.
    package enum Code: String, Sendable, CaseIterable, CustomStringConvertible {
        // The request itself.
        case invalidRequest = "invalid-request"
        case invalidName = "invalid-name"
        case unknownHost = "unknown-host"
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case tooLarge = "too-large"
        case headersTooLarge = "headers-too-large"
        case requestTimedOut = "request-timed-out"
        case tooManyRequests = "too-many-requests"
        case conflict = "conflict"
        case crossSite = "cross-site"

        // Who is it, and may they?
        case signInRequired = "sign-in-required"
        case signInAgain = "sign-in-again"
        case invalidToken = "invalid-token"
        case expiredToken = "expired-token"
        case signInFailed = "sign-in-failed"
        case providerUnavailable = "provider-unavailable"
        case forbidden = "forbidden"

        // What was handed in.
        case unreadableBundle = "unreadable-bundle"
        case unsafeBundle = "unsafe-bundle"
        case unrecognisedBundle = "unrecognised-bundle"
        case invalidRequirements = "invalid-requirements"
        case buildFailed = "build-failed"
        case deadlinePassed = "deadline-passed"
        /// More than the profile or the person may use.
        case quotaExceeded = "quota-exceeded"
        /// Somebody with the right to do so ended it.
        case stopped = "stopped"

        // What a model did.
        case modelNotReady = "model-not-ready"
        case modelCrashed = "model-crashed"
        case modelTimedOut = "model-timed-out"
        case modelAnswerInvalid = "model-answer-invalid"
        case modelOutOfMemory = "model-out-of-memory"

        // Data sets and rounds.
        case invalidDataset = "invalid-dataset"
        case noEntries = "no-entries"

        // Us.
        case upstreamUnavailable = "upstream-unavailable"
        case upstreamTimedOut = "upstream-timed-out"
        case unavailable = "unavailable"
        case internalFailure = "internal-failure"

        package var description: String { rawValue }

        /// The problem's `type` (RFC 9457, section 3.1.1): a reference relative to this server, and stable.
        package var problemType: String { "/problems/\(rawValue)" }

        /// The HTTP status (RFC 9110, section 15) this is answered with.
        package var httpStatus: Int {
            switch self {
            case .invalidRequest, .invalidName, .invalidDataset, .signInFailed: 400
            case .signInRequired, .signInAgain, .invalidToken, .expiredToken: 401
            case .forbidden, .crossSite: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .requestTimedOut: 408
            case .conflict, .deadlinePassed, .quotaExceeded, .stopped, .noEntries: 409
            case .tooLarge: 413
            case .unknownHost: 421
            case .unreadableBundle, .unsafeBundle, .unrecognisedBundle, .invalidRequirements, .buildFailed: 422
            case .tooManyRequests: 429
            case .headersTooLarge: 431
            case .internalFailure: 500
            case .modelCrashed, .modelAnswerInvalid, .modelOutOfMemory, .upstreamUnavailable: 502
            case .modelNotReady, .unavailable, .providerUnavailable: 503
            case .modelTimedOut, .upstreamTimedOut: 504
            }
        }

        /// A short name for the problem, the same for every occurrence (RFC 9457, section 3.1.3).
        package var title: String {
            switch self {
            case .invalidRequest: "The request is not valid"
            case .invalidName: "The name is not valid"
            case .unknownHost: "No such host here"
            case .notFound: "Not found"
            case .methodNotAllowed: "Method not allowed"
            case .tooLarge: "Too large"
            case .headersTooLarge: "The request's header is too large"
            case .requestTimedOut: "The request did not arrive in time"
            case .tooManyRequests: "Too many requests"
            case .conflict: "Conflict"
            case .crossSite: "Refused because it came from another site"
            case .signInRequired: "Sign-in required"
            case .signInAgain: "A fresher or stronger sign-in is required"
            case .invalidToken: "The access token is not valid"
            case .expiredToken: "The access token has expired"
            case .signInFailed: "Sign-in failed"
            case .providerUnavailable: "The sign-in service is away"
            case .forbidden: "Not allowed"
            case .unreadableBundle: "The bundle cannot be read"
            case .unsafeBundle: "The bundle is not safe to unpack"
            case .unrecognisedBundle: "There is no model in the bundle"
            case .invalidRequirements: "The requirements cannot be installed"
            case .buildFailed: "The model does not build"
            case .deadlinePassed: "The deadline has passed"
            case .quotaExceeded: "More than the quota allows"
            case .stopped: "It was stopped"
            case .modelNotReady: "The model is not ready"
            case .modelCrashed: "The model crashed"
            case .modelTimedOut: "The model took too long"
            case .modelAnswerInvalid: "The model's answer is not valid"
            case .modelOutOfMemory: "The model ran out of memory"
            case .invalidDataset: "The data set is not valid"
            case .noEntries: "There is nothing to evaluate"
            case .upstreamUnavailable: "The service behind the gateway does not answer"
            case .upstreamTimedOut: "The service behind the gateway took too long"
            case .unavailable: "Not available now"
            case .internalFailure: "Internal failure"
            }
        }
    }
}
