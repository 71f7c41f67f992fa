import BedelDomain
import Glibc
import Logging
import Testing

@testable import BedelRunner

/// A real runner in a temporary directory, for as long as `body` runs.
enum RunnerFixture {
    static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }

    /// Holds the bundles that tests write; gone when the run ends.
    private static let bundles: String = {
        let directory = makeDirectory()
        atexit { FileTree.remove(RunnerFixture.bundles) }
        return directory
    }()

    static func run(
        _ change: (inout SandboxSettings) -> Void = { _ in },
        _ body: (SandboxRunner, SandboxSettings) async throws -> Void
    ) async throws {
        var settings = SandboxSettings(
            directory: makeDirectory(), runtimes: "\(root)/deploy/runtimes", environment: environment)
        settings.uv = uv
        settings.grace = .milliseconds(500)
        change(&settings)
        let runner = try await SandboxRunner.open(settings, logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runner.run() }
            do { try await body(runner, settings) } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
        let directory = settings.directory
        await Disk.run { FileTree.remove(directory) }
    }

    /// A broken or sound bundle folder of `examples/`.
    static func example(_ name: String) -> String { "\(root)/examples/\(name)" }

    /// A bundle with one Python file, written for one test.
    static func bundle(_ python: String) async throws -> String {
        let directory = "\(bundles)/\(newID())"
        let made = await Disk.run {
            mkdir(directory, 0o700) == 0 && SmallFile.create("\(directory)/Model.py", Array(python.utf8), mode: 0o600)
        }
        try #require(made)
        return directory
    }

    static let emptyLayout = BundleLayout(runtime: .python, entry: "Model", requirements: "")

    static func newID() -> Instance.ID { .random(at: Timestamp(seconds: 1)) }

    static func makeDirectory() -> String {
        var template = Array("/tmp/bedel-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { preconditionFailure("mkdtemp: errno \(errno)") }
        return String(cString: made)
    }

    private static var environment: [String: String] {
        ["UV_INDEX_URL", "UV_DEFAULT_INDEX", "PIP_INDEX_URL", "PIP_FIND_LINKS", "PIP_CERT", "PATH", "HTTPS_PROXY"]
            .reduce(into: [:]) { all, name in
                if let value = getenv(name) { all[name] = String(cString: value) }
            }
    }

    /// `BEDEL_UV`, else the one that `make tools` installs, else the one in the path.
    private static var uv: String {
        if let named = getenv("BEDEL_UV") { return String(cString: named) }
        let installed = "\(root)/.tools/venv/bin/uv"
        return access(installed, X_OK) == 0 ? installed : "uv"
    }
}

extension SandboxRunner {
    /// Starts a bundle on an empty Python environment (or the one given) with the standard envelope, changed.
    func startExample(
        _ directory: String, layout: BundleLayout = RunnerFixture.emptyLayout, id: Instance.ID = RunnerFixture.newID(),
        _ change: (inout Envelope) -> Void = { _ in }
    ) async throws -> Instance.ID {
        var envelope = Envelope.standard
        change(&envelope)
        let environment = try await prepareEnvironment(for: layout) { _ in }
        _ = try await start(
            InstanceOrder(
                id: id, layout: layout, environment: environment, bundleDirectory: directory, envelope: envelope))
        return id
    }

    func predict(_ id: Instance.ID, _ rows: String = "[[1,2]]", limit: Duration = .seconds(20)) async throws -> (
        Int, String
    ) {
        let body = #"{"data":{"ndarray":\#(rows)}}"#
        let answer = try await call(
            id, ModelRequest(path: "/api/v1.0/predictions", body: Array(body.utf8), timeLimit: limit))
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }
}

/// The error a piece of work ends with; fails the test when there is none.
func fault(_ work: () async throws -> Void) async throws -> BedelError {
    do { try await work() } catch let error as BedelError { return error }
    throw BedelError(.conflict, "the work did not fail")
}
