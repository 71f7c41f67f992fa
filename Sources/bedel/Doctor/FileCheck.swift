import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Secrets in files: that they are there, and that nobody else on the machine may read them.
struct FileCheck {
    let configuration: ServerConfiguration
    let path: String
    private static let check = "secrets"

    func examine() -> [Diagnosis] {
        var found = configuration.issuers.flatMap { secret($0.clientSecretFile, isText: true) }
        if let tls = configuration.tls {
            for key in [tls.key] + (tls.more ?? []).map(\.key) { found += secret(key, isText: false) }
        }
        for service in configuration.services ?? [] {
            if let key = service.tls?.key { found += secret(key, isText: false) }
        }
        if hasPassword(configuration.database), let mode = mode(of: path), mode & 0o077 != 0 {
            found.append(open(path, mode, what: "holds the database's password and"))
        }
        let keys = DataDirectory.keys(in: configuration.data)
        if let mode = mode(of: keys), mode & 0o077 != 0 {
            found.append(open(keys, mode, what: "holds Bedel's keys and"))
        }
        return found.isEmpty ? [.good(Self.check, "Secrets are readable by their owner alone.")] : found
    }

    private func secret(_ file: String, isText: Bool) -> [Diagnosis] {
        guard let mode = mode(of: file) else {
            return [
                .problem(
                    Self.check, "The file \(file) is not there.",
                    next: "Write it, or correct the path in \(path).")
            ]
        }
        guard FileManager.default.isReadableFile(atPath: file) else {
            return [
                .problem(
                    Self.check, "The file \(file) cannot be read by this account.",
                    next: "Run this as the account Bedel runs under; if it is, give the file to it with chown.")
            ]
        }
        if isText, let text = try? TextFile.read(file), text.allSatisfy(\.isWhitespace) {
            return [.problem(Self.check, "The file \(file) is empty.", next: "Write the client's secret in it.")]
        }
        return mode & 0o077 == 0 ? [] : [open(file, mode, what: "is a secret and")]
    }

    private func open(_ file: String, _ mode: Int, what: String) -> Diagnosis {
        .problem(
            Self.check, "\(file) \(what) may be read by others (mode \(String(mode & 0o777, radix: 8))).",
            next: "Take their rights away: chmod go= \(file)")
    }

    private func mode(of file: String) -> Int? {
        let facts = try? FileManager.default.attributesOfItem(atPath: file)
        // A number of this kind or that, as the Foundation at hand has it; both are written alike.
        return facts?[.posixPermissions].flatMap { Int("\($0)") }
    }

    /// `postgresql://user:password@…` or `…?password=…`.
    private func hasPassword(_ url: String) -> Bool {
        if url.contains("password=") { return true }
        // What stands between the scheme and the host.
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let at = parts[2].firstIndex(of: "@") else { return false }
        return parts[2][..<at].contains(":")
    }
}
