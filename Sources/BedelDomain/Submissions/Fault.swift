/// Why something ended badly, kept in a row: the safe part of a ``BedelError``, and whose fault it was.
package struct Fault: Hashable, Sendable, Codable {
    /// A platform fault is never a zero and costs nobody an attempt.
    package enum Blame: String, Sendable, Codable { case model, platform }

    package let blame: Blame
    package let code: BedelError.Code
    package let message: String
    package let next: String

    package init(blame: Blame, code: BedelError.Code, message: String, next: String) {
        self.blame = blame
        self.code = code
        self.message = message
        self.next = next
    }

    package init(_ error: BedelError) {
        self.init(blame: error.code.blame, code: error.code, message: error.message, next: error.next)
    }

    package var error: BedelError { BedelError(code, message, next: next) }
}

extension BedelError.Code: Codable {
    /// Whose fault it is when a build or a run ends with this.
    package var blame: Fault.Blame {
        switch self {
        case .unreadableBundle, .unsafeBundle, .unrecognisedBundle, .invalidRequirements, .buildFailed, .modelCrashed,
            .modelTimedOut, .modelAnswerInvalid, .modelOutOfMemory:
            .model
        default: .platform
        }
    }
}
