internal import BedelDomain

/// Takes questions from event loops, which cannot wait, to the authenticator, which has to. The only place where a
/// request leaves its loop, and only the first one with a credential.
struct AuthenticationDesk: Sendable {
    private struct Question: Sendable {
        let credential: Credential
        let reply: @Sendable (Result<(principal: Principal, until: Timestamp), BedelError>) -> Void
    }

    private let authenticator: any Authenticator
    private let questions: AsyncStream<Question>
    private let queue: AsyncStream<Question>.Continuation

    init(authenticator: any Authenticator) {
        self.authenticator = authenticator
        (questions, queue) = AsyncStream.makeStream(of: Question.self)
    }

    /// Returns at once. There are never more questions than connections.
    /// - Parameter reply: called once, anywhere, unless the desk closes before.
    func ask(
        _ credential: Credential,
        reply: @escaping @Sendable (Result<(principal: Principal, until: Timestamp), BedelError>) -> Void
    ) {
        queue.yield(Question(credential: credential, reply: reply))
    }

    /// Answers until ``close()``.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await question in questions {
                group.addTask {
                    do {
                        question.reply(.success(try await authenticator.authenticate(question.credential)))
                    } catch {
                        question.reply(.failure(.wrapping(error)))
                    }
                }
            }
        }
    }

    func close() { queue.finish() }
}
