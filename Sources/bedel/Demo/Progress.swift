import BedelDomain
import Glibc

/// Tells whoever waits at the terminal what is going on: a line a step, with its time when it took longer than a second.
struct Progress: Sendable {
    private let isTerminal = isatty(STDERR_FILENO) == 1

    func step<Result>(_ what: String, _ work: () async throws -> Result) async throws -> Result {
        write(isTerminal ? "  … \(what)" : "  … \(what)\n")
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let result = try await work()
            let milliseconds = (clock.now - start).milliseconds
            let time = milliseconds >= 1000 ? " (\(milliseconds / 1000).\(milliseconds / 100 % 10) s)" : ""
            write("\(isTerminal ? "\r" : "")  ✓ \(what)\(time)\u{1b}[K\n")
            return result
        } catch {
            write("\(isTerminal ? "\r" : "")  ✗ \(what)\n")
            throw error
        }
    }

    func say(_ line: String) { write("\(line)\n") }

    private func write(_ text: String) {
        let plain = isTerminal ? text : text.replacing("\u{1b}[K", with: "")
        StandardError.write(plain)
    }
}
