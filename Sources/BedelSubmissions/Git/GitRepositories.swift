internal import BedelDomain
internal import NIOPosix
internal import Subprocess

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The bare repositories, one a model, made when somebody who may push first asks.
///
/// What a repository allows stands in its own `config`: objects are checked as they arrive, a push has a largest size,
/// and branches are not deleted. Rewriting history is allowed: every hand-in is kept as a version of its own, so an
/// amended commit pushed with `--force` takes nothing away.
struct GitRepositories: Sendable {
    let settings: GitSettings
    let pool: NIOThreadPool

    func exists(_ profile: Label, _ model: Label) async throws -> Bool {
        let path = "\(settings.repository(profile, model))/HEAD"
        return try await pool.runIfActive { access(path, R_OK) == 0 }
    }

    /// - Throws: ``BedelError`` `internalFailure`.
    func make(_ profile: Label, _ model: Label) async throws {
        guard try await !exists(profile, model) else { return }
        let final = settings.repository(profile, model)
        let temporary = "\(settings.root)/.new-\(UInt64.random(in: 0 ... .max))"
        let folder = "\(settings.root)/\(profile)"
        let made = try await Subprocess.run(
            .name("git"), arguments: ["init", "--quiet", "--bare", "--template=", "--initial-branch=main", temporary],
            environment: .custom(settings.environment.asEnvironment), output: .discarded, error: .string(limit: 4096))
        guard made.terminationStatus.isSuccess else {
            throw BedelError.internalFailure("git init: \(made.standardError)")
        }
        let configuration = Array(configuration.utf8)
        try await pool.runIfActive {
            try Self.put(configuration, to: "\(temporary)/config")
            try Self.publish(temporary, as: final, in: folder)
        }
    }

    /// Makes HEAD name the branch that was handed in last, so that a clone checks it out.
    func setHead(_ ref: String, _ profile: Label, _ model: Label) async throws {
        let path = settings.repository(profile, model)
        try await pool.runIfActive {
            let temporary = "\(path)/HEAD.\(UInt64.random(in: 0 ... .max))"
            try Self.put(Array("ref: \(ref)\n".utf8), to: temporary)
            guard rename(temporary, "\(path)/HEAD") == 0 else {
                throw BedelError.internalFailure("rename HEAD: errno \(errno)")
            }
        }
    }

    private var configuration: String {
        """
        [core]
        \trepositoryformatversion = 0
        \tbare = true
        \tfilemode = true
        \tbigFileThreshold = 16m
        [receive]
        \tfsckObjects = true
        \tmaxInputSize = \(settings.uploadBytes)
        \tdenyDeletes = true
        \tdenyNonFastForwards = false
        \tadvertisePushOptions = true
        \tautogc = false
        \tunpackLimit = 1
        [transfer]
        \tfsckObjects = true
        \thideRefs = refs/
        \thideRefs = !refs/heads/
        [uploadpack]
        \tallowAnySHA1InWant = false
        [gc]
        \tauto = 0

        """
    }

    private static func put(_ bytes: [UInt8], to path: String) throws(BedelError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw .internalFailure("open \(path): errno \(errno)") }
        defer { close(file) }
        let written = write(file, bytes, bytes.count)
        guard written == bytes.count else { throw .internalFailure("write \(path): errno \(errno)") }
    }

    private static func publish(_ temporary: String, as final: String, in folder: String) throws(BedelError) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw .internalFailure("mkdir \(folder): errno \(errno)")
        }
        guard rename(temporary, final) != 0 else { return }
        let code = errno
        FolderWriter.removeTree(temporary)
        // Somebody else was quicker, and made the same.
        guard code == EEXIST || code == ENOTEMPTY else { throw .internalFailure("rename \(final): errno \(code)") }
    }
}

extension [String: String] {
    var asEnvironment: [Environment.Key: String] {
        Dictionary<Environment.Key, String>(
            uniqueKeysWithValues: compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } })
    }
}
