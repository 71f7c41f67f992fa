internal import BedelDomain

/// Which Python environments are made for.
enum PythonInterpreter {
    /// For example `CPython 3.11.2 x86_64`.
    /// - Throws: `unavailable` when there is none at that path.
    static func describe(_ path: String) async throws -> String {
        let script = "import platform as p; print(p.python_implementation(), p.python_version(), p.machine())"
        let said = LastLines()
        let command = Command(path: path, arguments: ["-I", "-S", "-c", script], environment: [:])
        let status = try? await within(.seconds(20)) { try await command.run { said.append($0) } }
        guard status == .exited(0), let line = said.lines.first else {
            throw BedelError(
                .unavailable, "There is no Python on this server.", next: "Install python3.",
                detail: "\(path): \(said.lines.joined(separator: " "))")
        }
        return line
    }
}
