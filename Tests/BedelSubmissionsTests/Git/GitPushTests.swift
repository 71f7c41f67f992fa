import BedelDomain
import BedelSubmissions
import Foundation
import NIOPosix
import Testing

@Suite("git push", .serialized)
struct GitPushTests {
    /// A student's working copy with one commit.
    private func copy(_ files: [String: String]) async throws -> TemporaryDirectory {
        let copy = try TemporaryDirectory()
        for (name, text) in files { try copy.write(Array(text.utf8), to: name) }
        for arguments in [["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "hand in"]] {
            let result = try await git(arguments, in: copy.path)
            try #require(result.succeeded, "\(result.output)")
        }
        return copy
    }

    private func address(_ login: String, _ port: Int, _ model: String = "digits-ana") -> String {
        "http://\(login):x@127.0.0.1:\(port)/git/ml-2026/\(model).git"
    }

    @Test func pushIsAHandInWithTheSameDigestAsAZip() async throws {
        let server = try GitServer()
        let copy = try await copy(Archives.digits)
        try await server.whileServing { port in
            let push = try await git(["push", address("ana", port), "main"], in: copy.path)
            #expect(push.succeeded, "\(push.output)")
            #expect(push.output.contains("remote: Bedel has received “digits-ana”, version 1."))
            #expect(push.output.contains("http://lab/models/ml-2026/digits-ana"))
            let pushed = try #require(server.course.models.allVersions.first)
            #expect(push.output.contains(pushed.id.rawValue))
            #expect(push.output.contains(pushed.bundle.hex))
            #expect(pushed.source == .git)
            let commit = try await git(["rev-parse", "HEAD"], in: copy.path).output
            #expect(pushed.commit == commit.trimmingCharacters(in: .newlines))
            let zip = try await server.course.intake().receive(
                server.course.upload(try await Archives.zip(Archives.digits)), from: server.course.ana, in: here)
            #expect(zip.bundle == pushed.bundle)
            #expect(try await server.refs(of: "digits-ana").contains("refs/heads/main"))
        }
    }

    @Test func renamedCourseKeepsItsRepositories() async throws {
        var server = try GitServer()
        server.namespace = label("ml-2025")
        let root = server.settings.root
        let copy = try await copy(Archives.digits)
        try await server.whileServing { [server] port in
            let push = try await git(["push", address("ana", port), "main"], in: copy.path)
            #expect(push.succeeded, "\(push.output)")
            #expect(
                server.course.models.allVersions.map(\.profile.rawValue) == ["ml-2026"], "handed in under today's name")
            #expect(FileManager.default.fileExists(atPath: "\(root)/ml-2025/digits-ana.git"))
            #expect(!FileManager.default.fileExists(atPath: "\(root)/ml-2026"))
            let clone = try TemporaryDirectory()
            let result = try await git(["clone", "-q", address("ana", port), "c"], in: clone.path)
            #expect(result.succeeded, "\(result.output)")
        }
    }

    @Test func secondAndForcedPushAreNewVersionsAndCanBeCloned() async throws {
        let server = try GitServer()
        let copy = try await copy(Archives.digits)
        try await server.whileServing { port in
            #expect(try await git(["push", address("ana", port), "HEAD:master"], in: copy.path).succeeded)
            try copy.write(Array("changed".utf8), to: "weights/a.bin")
            _ = try await git(["commit", "-aqm", "amended", "--amend"], in: copy.path)
            #expect(try await !git(["push", address("ana", port), "HEAD:master"], in: copy.path).succeeded)
            let forced = try await git(["push", "--force", address("ana", port), "HEAD:master"], in: copy.path)
            #expect(forced.succeeded, "\(forced.output)")
            #expect(server.course.models.allVersions.map(\.number) == [1, 2])
            for login in ["ana", "turing"] {
                let clone = try TemporaryDirectory()
                let result = try await git(["clone", "-q", address(login, port), "c"], in: clone.path)
                #expect(result.succeeded, "\(result.output)")
                #expect(clone.read("c/weights/a.bin") == Array("changed".utf8))
            }
        }
    }

    @Test func largePushStreamsThrough() async throws {
        let server = try GitServer()
        let copy = try await copy(Archives.digits)
        // 12 MiB that do not compress: a chunked request body.
        try copy.write((0..<(12 << 20)).map { _ in UInt8.random(in: 0...255) }, to: "weights/big.bin")
        _ = try await git(["add", "-A"], in: copy.path)
        _ = try await git(["commit", "-qm", "big"], in: copy.path)
        try await server.whileServing { port in
            let push = try await git(["push", address("ana", port), "main"], in: copy.path)
            #expect(push.succeeded, "\(push.output)")
            #expect(server.course.models.allVersions.first.map { $0.size > 12 << 20 } == true)
            let clone = try TemporaryDirectory()
            #expect(try await git(["clone", "-q", address("ana", port), "c"], in: clone.path).succeeded)
            #expect(clone.read("c/weights/big.bin") == copy.read("weights/big.bin"))
        }
    }

    @Test func pushPastTheLimitIsRefusedInWords() async throws {
        let server = try GitServer(uploadBytes: 1 << 20)
        let copy = try await copy(Archives.digits)
        try copy.write((0..<(3 << 20)).map { _ in UInt8.random(in: 0...255) }, to: "weights/big.bin")
        _ = try await git(["add", "-A"], in: copy.path)
        _ = try await git(["commit", "-qm", "big"], in: copy.path)
        try await server.whileServing { port in
            let push = try await git(["push", address("ana", port), "main"], in: copy.path)
            #expect(!push.succeeded)
            #expect(push.output.contains("maximum allowed size"), "\(push.output)")
            #expect(try await server.refs(of: "digits-ana").isEmpty)
        }
    }

    @Test func refusedPushSaysWhyAndLeavesNothing() async throws {
        let server = try GitServer()
        let copy = try await copy(["README.md": "no model here"])
        try await server.whileServing { port in
            let push = try await git(["push", address("ana", port), "main"], in: copy.path)
            #expect(!push.succeeded)
            #expect(
                push.output.contains("remote: Refused: There is no “.s2i/environment”; found “README.md”."),
                "\(push.output)")
            #expect(push.output.contains("remote: Hand in a Seldon S2I bundle"))
            #expect(push.output.contains("pre-receive hook declined"))
            #expect(try await server.refs(of: "digits-ana").isEmpty)
            let path = server.settings.root + "/ml-2026/digits-ana.git/objects"
            let objects = try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.contains("/") }
            #expect(objects.isEmpty, "objects stayed: \(objects)")
            #expect(server.course.audit.all.map(\.reason) == ["unrecognised-bundle"])
            #expect(server.course.models.allVersions.isEmpty)
        }
    }

    @Test(arguments: [
        (["HEAD:refs/heads/feature"], "not a branch that can be handed in"),
        (["HEAD:refs/tags/v1"], "not a branch that can be handed in"),
        (["HEAD:refs/heads/main", "HEAD:refs/heads/master"], "several branches"),
        (["HEAD:refs/heads/$(id)"], "not a branch that can be handed in"),
        (["-o", "colour=blue", "HEAD:refs/heads/main"], "only one is “-o assignment=NAME”"),
        (["-o", "assignment=Nope!", "HEAD:refs/heads/main"], "cannot be the name of a assignment"),
        (["-o", "assignment=nope", "HEAD:refs/heads/main"], "There is no assignment “nope”"),
    ])
    func whatIsNoHandInIsRefused(what: [String], says: String) async throws {
        let server = try GitServer()
        let copy = try await copy(Archives.digits)
        try await server.whileServing { port in
            let options = Array(what.prefix { !$0.hasPrefix("HEAD") })
            let push = try await git(
                ["push"] + options + [address("ana", port)] + what.dropFirst(options.count), in: copy.path)
            #expect(!push.succeeded)
            #expect(push.output.contains(says), "\(push.output)")
            #expect(try await server.refs(of: "digits-ana").isEmpty)
            #expect(server.course.models.allVersions.isEmpty)
        }
    }

    @Test func assignmentIsNamedByAPushOption() async throws {
        let server = try GitServer()
        try await server.course.addAssignment("letters", deadline: nil)
        let copy = try await copy(Archives.digits)
        try await server.whileServing { port in
            let push = try await git(["push", "-o", "assignment=letters", address("ana", port), "main"], in: copy.path)
            #expect(push.succeeded, "\(push.output)")
            let model = try await server.course.models.model(named: label("digits-ana"), in: label("ml-2026"))
            #expect(model?.assignment == label("letters"))
        }
    }

    @Test func deletingABranchIsRefused() async throws {
        let server = try GitServer()
        let copy = try await copy(Archives.digits)
        try await server.whileServing { port in
            #expect(try await git(["push", address("ana", port), "main"], in: copy.path).succeeded)
            let push = try await git(["push", address("ana", port), ":main"], in: copy.path)
            #expect(!push.succeeded)
            #expect(try await server.refs(of: "digits-ana").contains("refs/heads/main"))
        }
    }

    @Test func symbolicLinkInACommitIsRefused() async throws {
        let server = try GitServer()
        let copy = try await copy(Archives.digits)
        try FileManager.default.createSymbolicLink(atPath: "\(copy.path)/passwd", withDestinationPath: "/etc/passwd")
        _ = try await git(["add", "-A"], in: copy.path)
        _ = try await git(["commit", "-qm", "link"], in: copy.path)
        try await server.whileServing { port in
            let push = try await git(["push", address("ana", port), "main"], in: copy.path)
            #expect(!push.succeeded)
            #expect(push.output.contains("“passwd” is a symbolic link"), "\(push.output)")
        }
    }

    @Test func whoMayNotIsRefusedBeforeAnythingIsSent() async throws {
        let server = try GitServer()
        let copy = try await copy(Archives.digits)
        try await server.whileServing { port in
            #expect(try await git(["push", address("ana", port), "main"], in: copy.path).succeeded)
            for (login, says) in [
                ("ben", "belongs to somebody else"), ("eve", "no such thing"), ("nobody", "Authentication failed"),
            ] {
                let push = try await git(["push", address(login, port), "main"], in: copy.path)
                #expect(!push.succeeded)
                #expect(push.output.contains(says), "\(push.output)")
            }
            for (login, says) in [("ben", "role does not allow"), ("eve", "no such thing")] {
                let clone = try TemporaryDirectory()
                let result = try await git(["clone", "-q", address(login, port), "c"], in: clone.path)
                #expect(!result.succeeded)
                #expect(result.output.contains(says), "\(result.output)")
            }
            #expect(server.course.models.allVersions.count == 1)
            #expect(server.course.audit.all.map(\.outcome).allSatisfy { $0 == .denied })
            #expect(server.course.audit.all.map(\.actorName) == ["ben", "eve", "ben", "eve"])
        }
    }

    @Test func deadlineIsSaidInThePush() async throws {
        let server = try GitServer()
        try await server.course.addAssignment("digits", deadline: server.course.clock.now() - .seconds(1))
        let copy = try await copy(Archives.digits)
        try await server.whileServing { port in
            let push = try await git(["push", address("ana", port), "main"], in: copy.path)
            #expect(!push.succeeded)
            #expect(push.output.contains("The deadline of “digits” was"), "\(push.output)")
            #expect(try await server.refs(of: "digits-ana").isEmpty)
        }
    }

    @Test func dumbProtocolAndOddRequestsAreNotAnswered() async throws {
        let server = try GitServer()
        func ask(_ method: String, _ service: String, query: String = "", type: String? = nil) async -> BedelError.Code?
        {
            await refusal {
                try await server.door.serve(
                    GitRequest(
                        method: method, profile: label("ml-2026"), model: label("digits-ana"), service: service,
                        query: query,
                        contentType: type, contentLength: nil, contentEncoding: nil, gitProtocol: nil,
                        body: ByteStream([])),
                    from: server.course.ana, in: here)
            }?.code
        }
        for path in [
            "/HEAD", "/config", "/objects/info/packs", "/objects/../config", "", "/info/refs/x", "/git-upload-archive",
        ] {
            #expect(await ask("GET", path) == .notFound, "\(path)")
        }
        #expect(await ask("GET", "/info/refs") == .notFound)
        #expect(await ask("GET", "/info/refs", query: "service=git-upload-archive") == .notFound)
        #expect(await ask("GET", "/info/refs", query: "service=git-receive-pack&x=y") == .notFound)
        #expect(await ask("POST", "/info/refs", query: "service=git-upload-pack") == .methodNotAllowed)
        #expect(await ask("GET", "/git-receive-pack") == .methodNotAllowed)
        #expect(await ask("POST", "/git-receive-pack", type: "text/plain") == .invalidRequest)
        #expect(try await server.refs(of: "digits-ana") == "no repository")
    }

    @Test func ticketWorksOnceAndStrangersHaveNone() async throws {
        let server = try GitServer()
        let push = PushedArchive(ref: "refs/heads/main", commit: "0", assignment: nil, archive: ByteStream([]))
        let guess = await refusal {
            try await server.door.receivePush(ticket: String(repeating: "0", count: 64), push: push)
        }
        #expect(guess?.code == .invalidToken)
    }
}

@Suite("git's requests as bytes", .serialized)
struct GitRequestTests {
    private func request(_ service: String, _ body: [UInt8], encoding: String? = nil) -> GitRequest {
        GitRequest(
            method: "POST", profile: label("ml-2026"), model: label("digits-ana"), service: "/git-\(service)",
            query: "",
            contentType: "application/x-git-\(service)-request", contentLength: nil, contentEncoding: encoding,
            gitProtocol: "version=2", body: ByteStream(body))
    }

    private func text(_ answer: GitAnswer) async throws -> String {
        var bytes: [UInt8] = []
        for try await piece in answer.body { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A repository with one hand-in.
    private func withRepository(_ body: @Sendable @escaping (GitServer) async throws -> Void) async throws {
        let server = try GitServer()
        let copy = try TemporaryDirectory()
        for (name, text) in Archives.digits { try copy.write(Array(text.utf8), to: name) }
        try await server.whileServing { port in
            let address = "http://ana:x@127.0.0.1:\(port)/git/ml-2026/digits-ana.git"
            for arguments in [
                ["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "x"], ["push", "-q", address, "main"],
            ] {
                let result = try await git(arguments, in: copy.path)
                try #require(result.succeeded, "\(result.output)")
            }
            try await body(server)
        }
    }

    @Test func compressedRequestIsUnderstood() async throws {
        let body = try await Archives.python("out.write(gzip.compress(b'0014command=ls-refs\\n0000'))")
        try await withRepository { server in
            let answer = try await server.door.serve(
                request("upload-pack", body, encoding: "gzip"), from: server.course.ana, in: here)
            #expect(answer.status == 200)
            #expect(
                answer.headers.contains {
                    $0.name == "Content-Type" && $0.value == "application/x-git-upload-pack-result"
                })
            #expect(try await text(answer).contains("refs/heads/main"))
        }
    }

    @Test func answerNobodyReadsEndsItsProcess() async throws {
        try await withRepository { server in
            _ = try await server.door.serve(
                request("upload-pack", Array("0014command=ls-refs\n0000".utf8)), from: server.course.ana, in: here)
            // Shutting down waits for every git process; it returns because this one was let go.
        }
    }

    @Test(arguments: [
        "garbage", "0000", "",
        "00a80000000000000000000000000000000000000000 1111111111111111111111111111111111111111 refs/heads/main\0 report-status side-band-64k push-options object-format=sha1 ag=x00000000PACK",
        "00820000000000000000000000000000000000000000 1111111111111111111111111111111111111111 refs/heads/../../x\0 report-status side-band-64k0000PACK",
    ])
    func brokenPushChangesNothing(body: String) async throws {
        try await withRepository { server in
            let before = try await server.refs(of: "digits-ana")
            let answer = try? await server.door.serve(
                request("receive-pack", Array(body.utf8)), from: server.course.ana, in: here)
            if let answer { _ = try? await text(answer) }
            #expect(try await server.refs(of: "digits-ana") == before)
            #expect(server.course.models.allVersions.count == 1)
        }
    }
}
