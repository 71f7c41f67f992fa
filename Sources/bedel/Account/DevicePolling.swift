import BedelDomain

/// How `bedel login` waits for its token (RFC 8628, section 3.5): a pure value that is told each answer and says what next.
struct DevicePolling: Sendable {
    enum Answer: Hashable, Sendable {
        case token(String)
        /// OAuth's `error`.
        case error(String)
        /// No answer, or none that makes sense.
        case nothing
    }

    enum Step: Hashable, Sendable {
        case wait(Duration)
        case done(token: String)
        case fail(message: String, next: String)
    }

    private static let longest = Duration.seconds(60)
    private(set) var interval: Duration

    /// - Parameter interval: what the server asked for; a second at least.
    init(interval: Duration) { self.interval = max(interval, .seconds(1)) }

    mutating func next(after answer: Answer) -> Step {
        switch answer {
        case .token(let token): return .done(token: token)
        case .error("authorization_pending"): return .wait(interval)
        case .error("slow_down"):
            interval += .seconds(5)
            return .wait(interval)
        case .nothing:
            // RFC 8628, section 3.5: whoever gets no answer asks more and more seldom.
            interval = min(interval * 2, Self.longest)
            return .wait(interval)
        case .error("access_denied"):
            return .fail(
                message: "You were refused in the browser.", next: "Run bedel login again if that was a mistake.")
        case .error("expired_token"):
            return .fail(message: "Nobody typed the code in time.", next: "Run bedel login again.")
        case .error(let other):
            return .fail(message: "The server refused the sign-in (\(other)).", next: "Run bedel login again.")
        }
    }
}
