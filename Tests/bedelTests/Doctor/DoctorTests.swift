import AsyncHTTPClient
import BedelDomain
import Foundation
import Logging
import NIOPosix
import Testing

@testable import bedel

@Suite("The doctor")
struct DoctorTests {
    private static let now = Timestamp(seconds: 1_795_255_200)

    private struct FixedClock: TimeSource {
        let time: Timestamp
        func now() -> Timestamp { time }
    }

    private func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let path = "/tmp/bedel-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    private func withClient<Result>(_ body: (HTTPClient) async throws -> Result) async throws -> Result {
        let http = HTTPClient()
        do {
            let result = try await body(http)
            try await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    private func configuration(
        base: String = "http://localhost:8080", listen: String = "127.0.0.1:0", admin: String = "127.0.0.1:0",
        data: String = "/tmp", secret: String = "/nowhere/secret", more: String = ""
    ) throws -> ServerConfiguration {
        let text = """
            base: \(base)
            listen: \(listen)
            admin: \(admin)
            data: \(data)
            database: postgresql:///bedel
            issuers:
              - {url: "http://localhost:1", client-id: bedel, client-secret-file: \(secret), admin-group: admins}
            \(more)
            """
        return try YAMLText.configuration(text)
    }

    private func write(_ text: String, to path: String, mode: Int = 0o600) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func levels(_ found: [Diagnosis]) -> [Diagnosis.Level] { found.map(\.level) }

    // MARK: The file

    @Test func everyKeyOfTheExampleIsKnown() throws {
        let text = try TextFile.read("deploy/bedel.yaml")
        let found = KeyCheck.examine(text, readAs: try YAMLText.configuration(text), path: "bedel.yaml")
        #expect(levels(found) == [.good], "\(found)")
    }

    @Test(arguments: [
        ("limit: {at-once: 3}", "limit"), ("limits: {at-onse: 3}", "limits.at-onse"),
        ("services: [{name: a, upstream: 'h:1', helth: /}]", "services[1].helth"),
    ])
    func misspeltKeysAreNamed(_ line: String, _ name: String) throws {
        let text = "base: b\nlisten: l\nadmin: a\ndata: d\ndatabase: d\nissuers: []\n\(line)\n"
        let found = KeyCheck.examine(text, readAs: try YAMLText.configuration(text), path: "bedel.yaml")
        #expect(levels(found) == [.problem])
        #expect(found.first?.message.contains("“\(name)”") ?? false, "\(found)")
    }

    // MARK: Files and room

    @Test func secretsThatOthersMayReadAreFound() async throws {
        try await withFolder { folder in
            try write("s3cret\n", to: folder + "/secret", mode: 0o644)
            let found = FileCheck(configuration: try configuration(data: folder, secret: folder + "/secret"), path: "b")
            let open = found.examine()
            #expect(levels(open) == [.problem])
            #expect(open.first?.message.contains("mode 644") ?? false)
            #expect(open.first?.next == "Take their rights away: chmod go= \(folder)/secret")
            try write("s3cret\n", to: folder + "/secret")
            #expect(levels(found.examine()) == [.good])
            try write(" \n", to: folder + "/secret")
            #expect(found.examine().first?.message.contains("is empty") ?? false)
            try FileManager.default.removeItem(atPath: folder + "/secret")
            #expect(found.examine().first?.message.contains("is not there") ?? false)
        }
    }

    @Test func aPasswordInAnOpenConfigurationIsFound() async throws {
        try await withFolder { folder in
            try write("s3cret\n", to: folder + "/secret")
            try write("x", to: folder + "/bedel.yaml", mode: 0o640)
            var configuration = try configuration(data: folder, secret: folder + "/secret")
            configuration.database = "postgresql://bedel:hunter2@db/bedel"
            let found = FileCheck(configuration: configuration, path: folder + "/bedel.yaml").examine()
            #expect(levels(found) == [.problem])
            #expect(!found.contains { $0.message.contains("hunter2") }, "it is not said aloud")
        }
    }

    @Test func fullDisksAreFound() async throws {
        try await withFolder { folder in
            #expect(levels(DiskCheck(data: folder, little: 0, none: 0).examine()) == [.good])
            #expect(levels(DiskCheck(data: folder + "/to/be/made", little: .max, none: 0).examine()) == [.warning])
            #expect(levels(DiskCheck(data: folder, little: .max, none: .max).examine()) == [.problem])
        }
    }

    @Test func mistakesInPoliciesAreFoundWithTheirPlace() async throws {
        #expect(levels(PolicyFolderCheck(folder: PolicyFolder(path: "policies")).examine()) == [.good])
        #expect(levels(PolicyFolderCheck(folder: PolicyFolder(path: "/nowhere")).examine()) == [.problem])
        try await withFolder { folder in
            for name in try FileManager.default.contentsOfDirectory(atPath: "policies") where name.contains(".cedar") {
                try FileManager.default.copyItem(atPath: "policies/" + name, toPath: folder + "/" + name)
            }
            try write("permit (principal, action resource);", to: folder + "/wrong.cedar")
            let found = PolicyFolderCheck(folder: PolicyFolder(path: folder)).examine()
            #expect(found.first?.level == .problem)
            #expect(found.first?.message.hasPrefix("wrong.cedar:1:") ?? false, "\(found)")
        }
    }

    // MARK: Neighbours

    @Test func aDatabaseThatIsNotThereIsFound() async throws {
        let check = DatabaseCheck(
            url: "postgresql:///bedel?host=/nowhere", migrations: "migrations", logger: Logger(label: "test"))
        #expect(levels(await check.examine()) == [.problem])
    }

    private func provider(at now: Timestamp = now, _ answer: @escaping @Sendable (Int) -> String) async throws
        -> [Diagnosis]
    {
        try await withClient { http in
            try await FixedServer.with(answer) { port in
                await ProviderCheck(issuer: "http://127.0.0.1:\(port)", http: http, clock: FixedClock(time: now))
                    .examine()
            }
        }
    }

    @Test func aGoodProviderIsGood() async throws {
        let found = try await provider {
            FixedServer.response(
                #"{"issuer":"http://127.0.0.1:\#($0)","authorization_endpoint":"a","token_endpoint":"t","jwks_uri":"k"}"#,
                date: "Date: Sat, 21 Nov 2026 10:00:02 GMT\r\n")
        }
        #expect(levels(found) == [.good, .good], "\(found)")
    }

    @Test(arguments: [
        ("{}", "200 OK", "calls itself “nothing”"), ("<html>", "200 OK", "is no OpenID provider's metadata"),
        ("", "404 Not Found", "answers 404"),
        (#"{"issuer":"http://127.0.0.1/"}"#, "200 OK", "calls itself “http://127.0.0.1/”"),
    ])
    func badProvidersAreFound(_ body: String, _ status: String, _ words: String) async throws {
        let found = try await provider { _ in FixedServer.response(body, status: status) }
        #expect(found.first?.level == .problem)
        #expect(found.first?.message.contains(words) ?? false, "\(found)")
    }

    @Test func aProviderWithoutKeysOrWithoutAnAnswerIsFound() async throws {
        let found = try await provider { port in
            FixedServer.response(
                #"{"issuer":"http://127.0.0.1:\#(port)","authorization_endpoint":"a","token_endpoint":"t"}"#)
        }
        #expect(found.first?.message.contains("lacks jwks_uri") ?? false, "\(found)")
        let silent = try await withClient { http in
            await ProviderCheck(issuer: "http://127.0.0.1:1", http: http, clock: FixedClock(time: Self.now)).examine()
        }
        #expect(levels(silent) == [.problem])
    }

    @Test(arguments: [(2 as Int64, Diagnosis.Level.good), (-10, .warning), (90, .problem)])
    func clocksThatDifferAreFound(_ seconds: Int64, _ level: Diagnosis.Level) async throws {
        let ours = Timestamp(seconds: Self.now.seconds + seconds)
        let found = try await provider(at: ours) { _ in
            FixedServer.response("{}", date: "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\n")
        }
        let clock = try #require(found.first { $0.check == "clock" })
        #expect(clock.level == level, "\(clock.message)")
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777 as Int64?), ("Thu, 29 Feb 2024 00:00:00 GMT", 1_709_164_800),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("yesterday", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
    ])
    func datesOfHTTPAreRead(_ text: String, _ seconds: Int64?) { #expect(HTTPDate.seconds(text) == seconds) }

    @Test func servicesThatAreAwayOrIllAreFound() async throws {
        func examine(_ port: Int, health: Bool) async throws -> [Diagnosis] {
            let text = "services: [{name: lab, upstream: '127.0.0.1:\(port)'\(health ? ", health: /h" : "")}]"
            let configuration = try configuration(more: text)
            return try await withClient { http in
                await ServiceCheck(
                    configuration: configuration, catalogue: ServiceCatalogue(folder: "deploy/services"), http: http
                ).examine()
            }
        }
        let found1 = try await examine(1, health: false)
        #expect(levels(found1) == [.warning])
        try await FixedServer.with({ _ in FixedServer.response("", status: "500 No") }) { port in
            let found2 = try await examine(port, health: false)
            #expect(levels(found2) == [.good])
            let ill = try await examine(port, health: true)
            #expect(ill.first?.message.contains("500 at /h") ?? false, "\(ill)")
        }
    }

    // MARK: Doors

    @Test func portsThatAreTakenAreFoundUnlessByBedel() async throws {
        func examine(_ configuration: ServerConfiguration) async throws -> [Diagnosis] {
            try await withClient { await PortCheck(configuration: configuration, http: $0).examine() }
        }
        try await FixedServer.with({ _ in FixedServer.response("something else") }) { port in
            let taken = try await examine(try configuration(listen: "127.0.0.1:\(port)"))
            #expect(levels(taken) == [.problem])
            #expect(taken.first?.message.contains("Another program listens") ?? false, "\(taken)")
        }
        try await FixedServer.with({ _ in FixedServer.response("ok\n") }) { port in
            let ours = try await examine(try configuration(listen: "127.0.0.1:\(port)", admin: "127.0.0.1:\(port)"))
            #expect(levels(ours) == [.good])
        }
        let found3 = try await examine(try configuration(listen: "nonsense"))
        #expect(levels(found3) == [.problem])
        let found4 = try await examine(try configuration(listen: "203.0.113.9:8080"))
        #expect(levels(found4) == [.problem])
    }

    @Test func namesThatLeadNowhereAreFound() async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        #expect(levels(await NameCheck(base: "http://localhost:8080", threads: threads).examine()) == [.good])
        #expect(levels(await NameCheck(base: "https://lab.invalid", threads: threads).examine()) == [.problem])
        try await threads.shutdownGracefully()
    }

    @Test func certificatesAreHeldAgainstNamesKeysAndTime() async throws {
        try await withFolder { folder in
            let old = try certificate("old", for: "DNS:lab.test,DNS:*.lab.test", in: folder)
            let other = try certificate("other", for: "DNS:lab.test", in: folder)
            func examine(_ certificate: String, _ key: String, base: String = "https://lab.test", days: Int64 = 0)
                throws
                -> [Diagnosis]
            {
                let tls = "tls: {certificate: \(certificate), key: \(key)}"
                let configuration = try configuration(base: base, more: tls)
                let now = Timestamp(seconds: Int64(Date().timeIntervalSince1970) + days * 86_400)
                return CertificateCheck(configuration: configuration, clock: FixedClock(time: now)).examine()
            }
            let found5 = try examine(old.certificate, old.key)
            #expect(levels(found5) == [.good])
            let found6 = try examine(old.certificate, old.key, days: 25)
            #expect(levels(found6) == [.warning])
            let found7 = try examine(old.certificate, old.key, days: 40)
            #expect(levels(found7) == [.problem])
            let found8 = try examine(old.certificate, other.key)
            #expect(levels(found8) == [.problem])
            let found9 = try examine(old.certificate, "/nowhere")
            #expect(levels(found9) == [.problem])
            let found10 = try examine(old.certificate, old.key, base: "http://lab.test")
            #expect(levels(found10) == [.problem])
            let narrow = try examine(other.certificate, other.key)
            #expect(narrow.first?.message == "No certificate is for *.lab.test.")
        }
        let clock = FixedClock(time: Self.now)
        func plain(_ base: String) throws -> [Diagnosis] {
            CertificateCheck(configuration: try configuration(base: base), clock: clock).examine()
        }
        let found11 = try plain("http://lab.test")
        #expect(levels(found11) == [.problem])
        let found12 = try plain("https://lab.test")
        #expect(levels(found12) == [.warning])
        let found13 = try plain("http://localhost:8080")
        #expect(levels(found13) == [.good])
        let found14 = try plain("lab.test")
        #expect(levels(found14) == [.problem])
    }

    private func certificate(_ name: String, for names: String, in folder: String) throws -> (
        certificate: String, key: String
    ) {
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments =
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "30",
            ]
            + ["-subj", "/CN=test", "-addext", "subjectAltName=\(names)", "-keyout", "\(folder)/\(name).key"]
            + ["-out", "\(folder)/\(name).pem"]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        try #require(openssl.terminationStatus == 0)
        return ("\(folder)/\(name).pem", "\(folder)/\(name).key")
    }

    // MARK: The sandbox, and what is printed

    @Test func theSandboxIsTriedOut() async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let surroundings = Surroundings(
            environment: ProcessInfo.processInfo.environment,
            home: HomeDirectory(path: FileManager.default.currentDirectoryPath))
        let found = await SandboxCheck(surroundings: surroundings, threads: threads).examine()
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.check == "sandbox" })
        // Where tests run at all there is bubblewrap.
        #expect(!found.contains { $0.level == .problem }, "\(found)")
        let nowhere = Surroundings(environment: [:], home: HomeDirectory(path: "/nowhere"))
        #expect(levels(await SandboxCheck(surroundings: nowhere, threads: threads).examine()) == [.problem])
        try await threads.shutdownGracefully()
    }

    @Test func whatIsFoundIsPrintedWithWhatToDo() {
        let text = Checkup.text([.good("disk", "Fine."), .problem("certificate", "Old.", next: "Renew it.")])
        #expect(
            text == "✓ disk         Fine.\n✗ certificate  Old.\n               → Renew it.\n\n1 problem, 0 warnings.")
    }
}

private enum YAMLText {
    static func configuration(_ text: String) throws -> ServerConfiguration {
        let path = "/tmp/bedel-\(UInt32.random(in: 0 ... .max)).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try ServerConfiguration.read(path, environment: [:])
    }
}
