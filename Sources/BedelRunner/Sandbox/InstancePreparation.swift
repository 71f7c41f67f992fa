internal import BedelDomain
internal import Glibc

/// Makes an instance's directory, socket, argument file and control group. Blocks; undoes everything when a step fails.
struct InstancePreparation: Sendable {
    let order: InstanceOrder
    let settings: SandboxSettings
    let machine: SandboxMachine
    let user: UInt32?

    func make() throws -> InstanceProcess {
        let directory = "\(settings.instances)/\(order.id)"
        let group = try machine.groups.make(order.id.rawValue, envelope: order.envelope)
        do {
            let socketPath = "\(directory)/model.sock"
            guard mkdir(directory, 0o700) == 0 else { throw failure("mkdir \(directory)") }
            let sandbox = InstanceSandbox(order: order, settings: settings, user: user, directory: directory)
            try writeFiles(sandbox, directory)
            if user != nil { FileTree.openForReading(order.bundleDirectory) }
            let words = machine.launch(
                sandbox.command, file: "\(directory)/sandbox.arguments", entries: group.entries, openFiles: 512,
                fileSize: order.envelope.scratch)
            let parts = InstanceProcess.Parts(
                id: order.id, envelope: order.envelope, launch: words, directory: directory, socketPath: socketPath,
                group: group, user: user, outputLimit: settings.outputLimit)
            return InstanceProcess(parts, socket: try ListeningSocket.open(path: socketPath))
        } catch {
            FileTree.remove(directory)
            group.remove()
            throw error
        }
    }

    private func writeFiles(_ sandbox: InstanceSandbox, _ directory: String) throws {
        let accounts = sandbox.accounts
        let files: [(String, [UInt8], mode_t)] = [
            ("passwd", Array(accounts.passwd.utf8), 0o644), ("group", Array(accounts.group.utf8), 0o644),
            ("sandbox.arguments", machine.arguments(sandbox.command), 0o600),
        ]
        for (name, bytes, mode) in files where !SmallFile.create("\(directory)/\(name)", bytes, mode: mode) {
            throw failure("write \(directory)/\(name)")
        }
    }

    private func failure(_ what: String) -> BedelError {
        BedelError(
            .unavailable, "The model cannot be started here now.", next: "Try again later.",
            detail: "\(what): errno \(errno)")
    }
}
