import BedelDomain
import Glibc
import Logging
import ServiceLifecycle
import Subprocess
import SystemPackage

/// A server of somebody else's that lives as long as we do, with its output in a file.
struct SupervisedProgram: Service {
    let name: String
    let program: Program
    let logFile: String
    /// What it wants to be ended with; killed if it does not listen.
    let stopSignal: StopSignal

    func run() async throws {
        let log = try FileDescriptor.open(
            FilePath(logFile), .writeOnly, options: [.create, .append], permissions: .ownerReadWrite)
        defer { try? log.close() }
        var options = program.options
        options.teardownSequence = [.send(signal: stopSignal.signal, allowedDurationToNextStep: .seconds(10))]
        let result = try await cancelWhenGracefulShutdown { [options] in
            try await Subprocess.run(
                .path(FilePath(program.path)), arguments: Arguments(program.arguments), environment: program.inherited,
                workingDirectory: program.directory.map { FilePath($0) }, platformOptions: options,
                output: .fileDescriptor(log, closeAfterSpawningProcess: false),
                error: .fileDescriptor(log, closeAfterSpawningProcess: false))
        }
        guard Task.isShuttingDownGracefully || Task.isCancelled else {
            throw BedelError(
                .unavailable, "\(name) ended by itself (\(result.terminationStatus)).",
                next: "Its last words are in \(logFile).")
        }
    }
}
