/// One thing the doctor looked at, in words for whoever runs the machine.
struct Diagnosis: Codable, Hashable, Sendable {
    enum Level: String, Codable, Sendable {
        case good
        /// It works, but not as it should, or not for long.
        case warning
        /// Bedel does not start, or does not do what it is for.
        case problem
    }

    let check: String
    let level: Level
    let message: String
    /// What to do now; nil when all is well.
    let next: String?

    static func good(_ check: String, _ message: String) -> Self {
        Self(check: check, level: .good, message: message, next: nil)
    }

    static func warning(_ check: String, _ message: String, next: String) -> Self {
        Self(check: check, level: .warning, message: message, next: next)
    }

    static func problem(_ check: String, _ message: String, next: String) -> Self {
        Self(check: check, level: .problem, message: message, next: next)
    }
}
