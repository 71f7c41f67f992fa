import ArgumentParser
import BedelDomain

/// How a command that failed says so: what went wrong and what to do, on standard error, and exit status 1.
enum Reporting {
    static func errors(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let exit as ExitCode {
            throw exit
        } catch is CancellationError {
            throw ExitCode(130)
        } catch {
            let error = BedelError.wrapping(error)
            StandardError.write("bedel: \(error.message)\n")
            if !error.next.isEmpty { StandardError.write("       \(error.next)\n") }
            if !error.detail.isEmpty { StandardError.write("       (\(error.detail))\n") }
            throw ExitCode(1)
        }
    }
}
