package import BedelDomain
package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Listens on a Unix socket for hooks (``PreReceiveHook``) and hands what they bring to the door that let the push in.
package struct HookListener: Service {
    private let path: String
    private let door: any GitDoor
    private let logger: Logger

    /// - Parameter socket: ``GitSettings/socket``; in a directory that only Bedel's own user may enter.
    package init(socket: String, door: any GitDoor, logger: Logger) {
        path = socket
        self.door = door
        self.logger = logger
    }

    /// Runs until shutdown; hooks that are being answered are answered to the end.
    package func run() async throws {
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                channel.eventLoop.makeCompletedFuture { try HookFrameCodec.wrap(channel) }
            }
        guard chmod(path, 0o600) == 0 else { throw BedelError.internalFailure("chmod \(path): errno \(errno)") }
        try await server.executeThenClose { connections in
            await withDiscardingTaskGroup { group in
                do {
                    for try await connection in connections.cancelOnGracefulShutdown() {
                        group.addTask { await answer(connection) }
                    }
                } catch {
                    logger.error("hooks are no longer heard", metadata: ["error": "\(String(reflecting: error))"])
                }
            }
        }
        unlink(path)
    }

    private func answer(_ connection: NIOAsyncChannel<HookFrame, HookFrame>) async {
        do {
            try await connection.executeThenClose { frames, out in
                var frames = frames.makeAsyncIterator()
                guard case .hello(let hello) = try await frames.next() else { return }
                let archive = ByteHandoff()
                async let answered: Void = reply(to: hello, archive, out)
                try await Self.pump(&frames, into: archive)
                try await answered
            }
        } catch {
            logger.info("a hook went away", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    private func reply(
        to hello: HookFrame.Hello, _ archive: ByteHandoff, _ out: NIOAsyncChannelOutboundWriter<HookFrame>
    ) async throws {
        // However the door answers, it reads no more after that.
        defer { archive.finish() }
        do {
            let assignment = hello.assignment.isEmpty ? nil : try Label(checking: hello.assignment, of: "assignment")
            let push = PushedArchive(
                ref: hello.ref, commit: hello.commit, assignment: assignment, archive: ByteStream(HandoffBytes(archive))
            )
            for line in try await door.receivePush(ticket: hello.ticket, push: push) {
                try await out.write(.line(line))
            }
            try await out.write(.accepted)
        } catch {
            let refusal = BedelError.wrapping(error)
            if refusal.code == .internalFailure {
                logger.error("a push failed", metadata: ["error": "\(String(reflecting: error))"])
            }
            for line in ["Refused: \(refusal.message)", refusal.next] where !line.isEmpty {
                try await out.write(.line(line))
            }
            try await out.write(.refused)
        }
    }

    /// Reads the hook's frames to the end of the connection, so that closing never cuts off what was said to it.
    private static func pump(
        _ frames: inout NIOAsyncChannelInboundStream<HookFrame>.AsyncIterator, into archive: ByteHandoff
    ) async throws {
        let damaged = BedelError(
            .unreadableBundle, "git could not put the commit's files together.", next: "Push again.")
        do {
            while let frame = try await frames.next() {
                switch frame {
                // When nobody reads any more, the rest is thrown away.
                case .data(let bytes): try? await archive.give(bytes)
                case .end: archive.finish()
                default: archive.finish(throwing: damaged)
                }
            }
            archive.finish(throwing: damaged)
        } catch {
            archive.finish(throwing: damaged)
            throw error
        }
    }
}
