internal import BedelDomain
internal import NIOCore
internal import NIOPosix
internal import Subprocess

/// What git runs as `pre-receive` (githooks(5)), while the pushed objects are in quarantine: it sends the files of the
/// pushed commit to Bedel, prints what Bedel says, and refuses the push unless Bedel took it.
package struct PreReceiveHook: Sendable {
    private let environment: [String: String]
    private let say: @Sendable (String) -> Void

    /// - Parameters:
    ///   - environment: of the process, as git and ``SmartHTTPDoor`` set it.
    ///   - say: prints one line; git shows it to whoever pushes.
    package init(environment: [String: String], say: @escaping @Sendable (String) -> Void) {
        self.environment = environment
        self.say = say
    }

    /// - Parameter standardInput: git's lines, one a ref.
    /// - Returns: the exit code: 0 accepts the push, anything else refuses it.
    package func run(standardInput: some Sequence<String>) async -> Int32 {
        do {
            let pushed = try PushedRef.only(of: standardInput)
            guard let ticket = environment["BEDEL_HOOK_TICKET"], let socket = environment["BEDEL_HOOK_SOCKET"] else {
                throw BedelError(
                    .forbidden, "This repository takes pushes only through Bedel.", next: "Push to its address.")
            }
            let hello = HookFrame.Hello(
                ticket: ticket, ref: pushed.ref, commit: pushed.commit, assignment: try assignment() ?? "")
            return try await hand(in: hello, through: socket) ? 0 : 1
        } catch {
            let error = (error as? BedelError) ?? Self.away(error)
            say("Refused: \(error.message)")
            if !error.next.isEmpty { say(error.next) }
            return 1
        }
    }

    /// From `git push -o assignment=NAME`.
    private func assignment() throws(BedelError) -> String? {
        var named: String?
        for index in 0..<min(Int(environment["GIT_PUSH_OPTION_COUNT"] ?? "") ?? 0, 16) {
            let option = environment["GIT_PUSH_OPTION_\(index)"] ?? ""
            guard option.hasPrefix("assignment=") else {
                throw BedelError(
                    .invalidRequest, "The push option “\(EntryName.shown(Array(option.utf8)))” is not known.",
                    next: "The only one is “-o assignment=NAME”.")
            }
            named = try Label(checking: String(option.dropFirst("assignment=".count)), of: "assignment").rawValue
        }
        return named
    }

    private func hand(in hello: HookFrame.Hello, through socket: String) async throws -> Bool {
        let connection = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(unixDomainSocketPath: socket) { channel in
                channel.eventLoop.makeCompletedFuture { try HookFrameCodec.wrap(channel) }
            }
        return try await connection.executeThenClose { frames, out in
            try await withThrowingTaskGroup(of: Bool?.self) { group in
                group.addTask {
                    try await send(hello, to: out)
                    return nil
                }
                group.addTask { try await listen(to: frames) }
                defer { group.cancelAll() }
                while let verdict = try await group.next() {
                    if let verdict { return verdict }
                }
                return false
            }
        }
    }

    private func send(_ hello: HookFrame.Hello, to out: NIOAsyncChannelOutboundWriter<HookFrame>) async throws {
        do {
            try await out.write(.hello(hello))
            // git's own variables lead it to the objects in quarantine; nothing of the tree is checked out.
            let result = try await Subprocess.run(
                .name("git"), arguments: ["archive", "--format=tar", hello.commit],
                input: .none, output: .sequence, error: .discarded
            ) { execution in
                for try await buffer in execution.standardOutput {
                    try await out.write(.data(buffer.withUnsafeBytes { Array($0) }))
                }
            }
            try await out.write(result.terminationStatus.isSuccess ? .end : .abort)
        } catch is ChannelError {
            // Bedel has heard enough; its answer says why.
        }
    }

    private func listen(to frames: NIOAsyncChannelInboundStream<HookFrame>) async throws -> Bool {
        for try await frame in frames {
            switch frame {
            case .line(let text): say(text)
            case .accepted: return true
            case .refused: return false
            case .hello, .data, .end, .abort: break
            }
        }
        throw Self.away("the connection ended before the answer")
    }

    private static func away(_ reason: some Any) -> BedelError {
        BedelError(
            .unavailable, "Bedel does not answer just now.", next: "Push again in a minute; nothing was kept.",
            detail: String(reflecting: reason))
    }
}
