internal import BedelDomain
internal import Glibc
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// One running sandbox: its process, its output, its end. ``supervise()`` is its whole life.
final class InstanceProcess: Sendable {
    struct Parts: Sendable {
        var id: Instance.ID
        var envelope: Envelope
        /// Arguments for `/bin/sh`: the launcher's.
        var launch: [String]
        var directory: String
        var socketPath: String
        var group: ControlGroup
        var user: UInt32?
        var outputLimit: Int
    }

    let parts: Parts
    /// Fulfilled when the process is known to have ended, with what is to be reported to the listener.
    let ended = OneShot<BedelError?>()
    /// Fulfilled when nothing is left of it on this machine.
    let gone = OneShot<Void>()
    private let killed = OneShot<Void>()
    private let state: Mutex<State>

    private struct State {
        var lifecycle: Lifecycle
        var output: OutputLog
        var descriptor: Int32?
        var process: Int32?

        mutating func takeDescriptor() -> Int32? {
            defer { descriptor = nil }
            return descriptor
        }
    }

    /// - Parameter socket: where the model will listen; handed to it as its standard input.
    init(_ parts: Parts, socket: consuming ListeningSocket) {
        self.parts = parts
        state = Mutex(
            State(
                lifecycle: Lifecycle(envelope: parts.envelope), output: OutputLog(limit: parts.outputLimit),
                descriptor: socket.release()))
    }

    var fault: BedelError? { state.withLock { $0.lifecycle.fault } }
    var hasEnded: Bool { state.withLock { $0.lifecycle.hasEnded } }
    var output: [String] { state.withLock { $0.output.recent } }

    func becameHealthy() { state.withLock { $0.lifecycle.becameHealthy() } }

    /// Starts the program and stays with it until it has ended; then fulfils ``ended``.
    func supervise() async {
        let status = await run()
        let lastLine = state.withLock { $0.output.recent.last { !$0.isEmpty } }
        let kills = await Disk.run { [group = parts.group] in group.outOfMemoryKills }
        let exit = Lifecycle.Exit(status: status, outOfMemoryKills: kills, lastLine: lastLine)
        let report = state.withLock { state in
            state.process = nil
            return state.lifecycle.processEnded(exit)
        }
        ended.fulfil(report)
    }

    /// Asks the model to end, and makes it end after `grace`.
    func stop(grace: Duration) async {
        state.withLock { $0.lifecycle.stopRequested() }
        await Disk.run { [parts, process = state.withLock { $0.process }] in
            // The sandbox program itself would take the model down at once, so it is spared.
            parts.group.signalAll(SIGTERM, except: process)
        }
        if !parts.group.directories.isEmpty, (try? await within(grace) { await self.ended.wait() }) != nil { return }
        await kill()
    }

    /// Ends everything in the sandbox now: with its first process the kernel ends all others there.
    func kill() async {
        state.withLock { $0.lifecycle.stopRequested() }
        killed.fulfil(())
        await Disk.run { [group = parts.group] in group.signalAll(SIGKILL) }
    }

    /// Removes what an ended instance leaves: its control group and its directory.
    func cleanUp() async {
        // Processes that were killed with the sandbox may need a moment before their group is empty.
        for _ in 0..<100 {
            let removed = await Disk.run { [group = parts.group] in
                group.signalAll(SIGKILL)
                return group.remove()
            }
            if removed { break }
            try? await Task.sleep(for: .milliseconds(20))
        }
        await Disk.run { [directory = parts.directory] in FileTree.remove(directory) }
    }

    private func run() async -> Lifecycle.Exit.Status {
        guard let descriptor = state.withLock({ $0.takeDescriptor() }) else { return .signalled(SIGKILL) }
        var options = PlatformOptions()
        options.createSession = true
        do {
            let result = try await Subprocess.run(
                .path("/bin/sh"), arguments: Arguments(parts.launch), environment: .custom([Environment.Key: String]()),
                platformOptions: options,
                input: .fileDescriptor(FileDescriptor(rawValue: descriptor), closeAfterSpawningProcess: true),
                output: .sequence, error: .combinedWithOutput
            ) { execution in
                await self.accompany(execution)
            }
            return Lifecycle.Exit.Status(result.terminationStatus)
        } catch {
            log("bedel: the sandbox could not be started: \(error)")
            return .exited(71)
        }
    }

    /// Reads the output to its end, and kills when told to.
    private func accompany(
        _ execution: Execution<FileDescriptorInput, SequenceOutput, CombinedErrorOutput>
    ) async {
        state.withLock { $0.process = execution.processIdentifier.value }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do { for try await buffer in execution.standardOutput { self.keep(buffer) } } catch {}
                return true
            }
            group.addTask {
                if await self.killed.wait() != nil { try? execution.send(signal: .kill) }
                return false
            }
            for await outputEnded in group where outputEnded { group.cancelAll() }
        }
    }

    private func keep(_ buffer: SubprocessOutputSequence.Buffer) {
        let bytes = buffer.withUnsafeBytes { Array($0) }
        state.withLock { $0.output.append(bytes) }
    }

    private func log(_ line: String) {
        state.withLock { $0.output.append(Array((line + "\n").utf8)) }
    }
}
