import BedelDomain
import BedelSubmissions
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Subprocess
import Testing

/// A course behind a real HTTP server on a free port, for the real git to talk to. Who pushes is the login in the
/// credentials; passwords are not this suite's business.
struct GitServer {
    let course: Course
    let directory: TemporaryDirectory
    let door: SmartHTTPDoor
    let settings: GitSettings
    /// Where the course's repositories lie, when it was called something else at first.
    var namespace: Label?

    init(uploadBytes: Int64 = 64 << 20, limits: BundleLimits = BundleLimits(freeDisk: 0)) throws {
        course = try Course()
        directory = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: "\(directory.path)/repositories", withIntermediateDirectories: true)
        settings = GitSettings(
            root: "\(directory.path)/repositories", hooks: Self.hooks, executable: Self.hookProgram,
            socket: "\(directory.path)/hook.sock", uploadBytes: uploadBytes)
        door = SmartHTTPDoor(
            authorizer: course.authorizer, profiles: course.profiles, models: course.models,
            evaluations: course.evaluations, intake: course.intake(limits: limits), audit: course.audit,
            clock: course.clock, settings: settings, pool: .singleton, logger: quiet,
            watchAddress: { "http://lab/models/\($0.profile)/\($0.modelName)" })
    }

    /// `deploy/git` of this checkout.
    private static let hooks = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("deploy/git").path

    /// Built beside these tests.
    private static let hookProgram = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("PushHookProgram").path

    /// Serves for as long as `body` takes; it gets the port.
    func whileServing(_ body: @Sendable @escaping (Int) async throws -> Void) async throws {
        let (ports, port) = AsyncStream<Int>.makeStream()
        let app = Application(
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in try await answer(request) },
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) }, logger: quiet)
        let listener = HookListener(socket: settings.socket, door: door, logger: quiet)
        let group = ServiceGroup(services: [door, listener, app], logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports {
                #expect(await eventually { FileManager.default.fileExists(atPath: settings.socket) })
                try await body(port)
                break
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        guard let asked = gitRequest(request) else { return Response(status: .notFound) }
        do {
            let answer = try await door.serve(asked, from: principal(request), in: here)
            var fields = HTTPFields()
            for (name, value) in answer.headers {
                if let name = HTTPField.Name(name) { fields.append(.init(name: name, value: value)) }
            }
            return Response(
                status: .init(code: answer.status), headers: fields,
                body: ResponseBody { writer in
                    for try await piece in answer.body { try await writer.write(ByteBuffer(bytes: piece)) }
                    try await writer.finish(nil)
                })
        } catch let error as BedelError {
            var fields: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
            if error.code == .signInRequired { fields[.wwwAuthenticate] = "Basic realm=\"Bedel\"" }
            return Response(
                status: .init(code: error.code.httpStatus), headers: fields,
                body: .init(byteBuffer: ByteBuffer(string: "\(error)\n")))
        }
    }

    private func gitRequest(_ request: Request) -> GitRequest? {
        let parts = request.uri.path.split(separator: "/", maxSplits: 2).map(String.init)
        guard parts.count == 3, parts[0] == "git", let profile = Label(parts[1]),
            let cut = parts[2].range(of: ".git"), let model = Label(String(parts[2][..<cut.lowerBound]))
        else { return nil }
        return GitRequest(
            method: request.method.rawValue, profile: profile, namespace: namespace, model: model,
            service: String(parts[2][cut.upperBound...]),
            query: request.uri.query ?? "", contentType: request.headers[.contentType],
            contentLength: request.headers[.contentLength].flatMap { Int64($0) },
            contentEncoding: request.headers[.contentEncoding],
            gitProtocol: HTTPField.Name("Git-Protocol").flatMap { request.headers[$0] },
            body: ByteStream(request.body.map { Array($0.readableBytesView) }))
    }

    private func principal(_ request: Request) -> Principal? {
        guard let value = request.headers[.authorization], value.hasPrefix("Basic "),
            let bytes = Data(base64Encoded: String(value.dropFirst(6)))
        else { return nil }
        let login = String(decoding: bytes, as: UTF8.self).split(separator: ":").first.map(String.init)
        return [course.ana, course.ben, course.teacher, course.stranger].first { $0.login == login }
    }

    /// Everything that is in a model's repository.
    func refs(of model: String) async throws -> String {
        let path = settings.root + "/ml-2026/\(model).git"
        guard FileManager.default.fileExists(atPath: path) else { return "no repository" }
        return try await git(["--git-dir", path, "for-each-ref"], in: "/").output
    }
}

struct GitResult: Sendable {
    let succeeded: Bool
    let output: String
}

/// Runs git as a student would, away from this machine's own configuration.
func git(_ arguments: [String], in directory: String) async throws -> GitResult {
    let result = try await Subprocess.run(
        .name("git"), arguments: Arguments(["-C", directory] + arguments),
        environment: .inherit.updating([
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A",
            "GIT_COMMITTER_EMAIL": "a@example.org", "http_proxy": "", "no_proxy": "*",
        ]), input: .none, output: .string(limit: 1 << 20), error: .combinedWithOutput)
    return GitResult(succeeded: result.terminationStatus.isSuccess, output: result.standardOutput)
}
