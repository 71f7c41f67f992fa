internal import BedelDomain

/// What the sandbox of one instance holds: its bundle, its environment and its runtime, all read-only.
struct InstanceSandbox {
    let order: InstanceOrder
    let settings: SandboxSettings
    /// Its own user; nil when Bedel is not root.
    let user: UInt32?
    /// The instance's directory on the host.
    let directory: String

    var command: SandboxCommand {
        SandboxCommand(
            user: user.map(SandboxCommand.User.own) ?? .same, network: .none, mounts: mounts,
            scratch: order.envelope.scratch, variables: variables, workingDirectory: "/bundle", command: program)
    }

    /// The accounts a model sees: its own.
    var accounts: (passwd: String, group: String) {
        let id = user ?? 65_534
        return ("model:x:\(id):\(id)::/tmp:/usr/sbin/nologin\n", "model:x:\(id):\n")
    }

    private var mounts: [SandboxCommand.Mount] {
        var mounts: [SandboxCommand.Mount] = [
            .init(source: order.bundleDirectory, target: "/bundle"),
            .init(source: "\(settings.runtimes)/\(order.layout.runtime.rawValue)", target: "/runtime"),
            .init(source: "\(directory)/passwd", target: "/etc/passwd"),
            .init(source: "\(directory)/group", target: "/etc/group"),
        ]
        if order.layout.runtime == .python {
            mounts.append(.init(source: "\(settings.environments)/\(order.environment)/venv", target: "/environment"))
        }
        return mounts
    }

    private var variables: [(name: String, value: String)] {
        let threads = String(max(1, order.envelope.cpuMillicores / 1000))
        return [
            ("PATH", "/environment/bin:/usr/bin:/bin"), ("HOME", "/tmp"), ("TMPDIR", "/tmp"), ("LANG", "C.UTF-8"),
            ("USER", "model"), ("PYTHONUNBUFFERED", "1"), ("PYTHONDONTWRITEBYTECODE", "1"), ("PYTHONHASHSEED", "0"),
            // Numeric libraries otherwise start a thread for each of the machine's cores, whatever the limit is.
            ("OMP_NUM_THREADS", threads), ("OPENBLAS_NUM_THREADS", threads), ("MKL_NUM_THREADS", threads),
        ]
    }

    private var program: [String] {
        switch order.layout.runtime {
        case .python:
            [
                "/environment/bin/python", "/runtime/serve.py", "--bundle", "/bundle", "--socket", "stdin", "--model",
                order.layout.entry,
            ]
        case .r:
            [
                settings.python, "/runtime/relay.py", "/tmp/.model.sock", settings.rscript, "--vanilla",
                "/runtime/serve.R",
                "--bundle=/bundle", "--socket=/tmp/.model.sock", "--model=\(order.layout.entry)",
            ]
        }
    }
}
