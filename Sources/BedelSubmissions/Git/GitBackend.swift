internal import BedelDomain
internal import Logging
internal import Subprocess

/// One run of `git http-backend` (git-http-backend(1)) as a CGI program: the request's body in, head and body out, both
/// streamed.
struct GitBackend: Sendable {
    let environment: [String: String]
    let settings: GitSettings
    let logger: Logger

    /// Returns when the process has ended and the answer with it.
    func converse(_ body: ByteStream, answer: PendingAnswer) async {
        do {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await run(body, answer: answer)
                    return true
                }
                group.addTask {
                    try await Task.sleep(for: settings.timeLimit)
                    return false
                }
                defer { group.cancelAll() }
                guard try await group.next() == true else {
                    throw BedelError(.unavailable, "git took too long.", next: "Try again; push less at a time.")
                }
            }
            answer.end(throwing: nil)
        } catch {
            logger.info("a git request ended early", metadata: ["error": "\(String(reflecting: error))"])
            answer.end(throwing: BedelError.wrapping(error))
        }
    }

    private func run(_ body: ByteStream, answer: PendingAnswer) async throws {
        let result = try await Subprocess.run(
            .name("git"), arguments: ["http-backend"], environment: .custom(environment.asEnvironment),
            input: .inputWriter, output: .sequence, error: .string(limit: 1 << 16)
        ) { execution in
            try await withThrowingTaskGroup(of: Direction.self) { group in
                group.addTask {
                    try await feed(body, to: execution.standardInputWriter)
                    return .request
                }
                group.addTask {
                    try await pass(execution.standardOutput, to: answer)
                    return .answer
                }
                // The answer's end is the end: whatever of the request git has not read, it does not want.
                while let direction = try await group.next(), direction != .answer {}
                group.cancelAll()
            }
        }
        if !result.terminationStatus.isSuccess || !result.standardError.isEmpty {
            logger.info(
                "git http-backend complained",
                metadata: ["status": "\(result.terminationStatus)", "output": "\(result.standardError)"])
        }
    }

    private enum Direction: Sendable { case request, answer }

    private func feed(_ body: ByteStream, to writer: StandardInputWriter) async throws {
        var total: Int64 = 0
        for try await piece in body {
            total += Int64(piece.count)
            // git counts as well, and says it in words; this is for what it reads before it counts.
            guard total <= settings.uploadBytes + (16 << 20) else {
                throw BedelError(
                    .tooLarge, "The push is larger than \(ByteCount(settings.uploadBytes)).", next: "Push less.")
            }
            do {
                _ = try await writer.write(piece)
            } catch {
                // git has stopped reading; its answer says why.
                return
            }
        }
        try? await writer.finish()
    }

    private func pass(_ output: SubprocessOutputSequence, to answer: PendingAnswer) async throws {
        var head: CGIHead? = CGIHead()
        for try await buffer in output {
            let bytes = buffer.withUnsafeBytes { Array($0) }
            if let parsed = try head?.feed(bytes) {
                head = nil
                answer.begin(parsed)
                if !parsed.rest.isEmpty { try await answer.body.give(parsed.rest) }
            } else if head == nil {
                try await answer.body.give(bytes)
            }
        }
    }
}
