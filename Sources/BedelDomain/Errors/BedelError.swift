/// The one shape of every failure in Bedel.
///
/// `message` and `next` are for the person who caused it and are safe to show; `detail` is for the log of whoever runs
/// the machine and never leaves it. `description` shows only the safe part, so that an error printed by accident leaks
/// nothing.
package struct BedelError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package let code: Code
    /// One sentence: what went wrong, in the user's words.
    package let message: String
    /// One sentence: what to do now. Empty when there is nothing to be done.
    package let next: String
    /// Values for a translated message, by the name used in the locale files (`error.<code>`).
    package let arguments: [String: String]
    /// For the operator's log only.
    package let detail: String

    package init(
        _ code: Code, _ message: String, next: String = "", arguments: [String: String] = [:], detail: String = ""
    ) {
        self.code = code
        self.message = message
        self.next = next
        self.arguments = arguments
        self.detail = detail
    }

    /// Something that is our fault; the person sees only that it is.
    package static func internalFailure(_ detail: String) -> BedelError {
        BedelError(
            .internalFailure, "Something went wrong on our side.",
            next: "Try again in a minute; if it happens again, give the request id to whoever runs this server.",
            detail: detail)
    }

    /// Any error as ours: itself when it already is, else an internal failure that keeps the original for the log.
    package static func wrapping(_ error: any Error) -> BedelError {
        (error as? BedelError) ?? .internalFailure(String(reflecting: error))
    }

    /// Whether a sign-in failed only because it is over: it succeeded before, or took too long.
    package var isOfUsedSignIn: Bool { code == .signInFailed && arguments["reason"] == "unknown-state" }

    package var description: String { next.isEmpty ? message : "\(message) \(next)" }
    package var debugDescription: String { "[\(code)] \(message) \(next) -- \(detail)" }
}
