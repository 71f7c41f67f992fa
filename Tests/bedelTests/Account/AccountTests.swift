import BedelDomain
import Testing

@testable import bedel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

@Suite("Signed in on this machine")
struct AccountTests {
    /// A file in a folder that is not there yet.
    private func withFile(_ body: (CredentialFile) throws -> Void) throws {
        let home = FileManager.default.temporaryDirectory.path() + "/bedel-account-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        try body(try CredentialFile(environment: ["HOME": home]))
    }

    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func tokenIsForItsOwnerAlone() throws {
        try withFile { file in
            #expect(try file.entry(for: nil) == nil)
            try file.keep(.init(login: "ana", token: "bdl_1"), for: "https://lab.example")
            #expect(try permissions(file.path) == 0o600)
            #expect(try permissions(String(file.path.prefix(upTo: #require(file.path.lastIndex(of: "/"))))) == 0o700)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
            #expect(throws: BedelError.self) { try file.entry(for: nil) }
        }
    }

    @Test func lastServerIsMeantWhenNoneIsNamed() throws {
        try withFile { file in
            try file.keep(.init(login: "ana", token: "bdl_1"), for: "https://a.example")
            try file.keep(.init(login: "eva", token: "bdl_2"), for: "https://b.example")
            #expect(try file.entry(for: nil)?.entry.login == "eva")
            #expect(try file.entry(for: "https://a.example")?.entry.token == "bdl_1")
            #expect(try file.entry(for: "https://c.example") == nil)
            try file.forget("https://b.example")
            #expect(try file.standardServer() == "https://a.example")
        }
    }

    @Test func configurationFolderOfTheSystemComesFirst() throws {
        let file = try CredentialFile(environment: ["XDG_CONFIG_HOME": "/x", "HOME": "/h"])
        #expect(file.path == "/x/bedel/credentials.json")
        #expect(try CredentialFile(environment: ["XDG_CONFIG_HOME": "", "HOME": "/h"]).path.hasPrefix("/h/.config/"))
        #expect(throws: BedelError.self) { try CredentialFile(environment: [:]) }
    }

    @Test func damagedFileIsSaidToBeSo() throws {
        try withFile { file in
            try file.keep(.init(login: "ana", token: "bdl_1"), for: "https://a.example")
            try SecretFile.write("{", to: file.path)
            #expect(throws: BedelError.self) { try file.entry(for: nil) }
        }
    }

    @Test func programAsksAsOftenAsTheServerLikes() {
        var polling = DevicePolling(interval: .seconds(5))
        #expect(polling.next(after: .error("authorization_pending")) == .wait(.seconds(5)))
        #expect(polling.next(after: .error("slow_down")) == .wait(.seconds(10)))
        #expect(polling.next(after: .error("authorization_pending")) == .wait(.seconds(10)))
        #expect(polling.next(after: .nothing) == .wait(.seconds(20)))
        #expect(polling.next(after: .nothing) == .wait(.seconds(40)))
        #expect(polling.next(after: .nothing) == .wait(.seconds(60)))
        #expect(polling.next(after: .token("bdl_1")) == .done(token: "bdl_1"))
        #expect(DevicePolling(interval: .zero).interval == .seconds(1))
    }

    @Test(arguments: ["access_denied", "expired_token", "invalid_grant", "", "<script>"])
    func refusalEndsTheWaiting(error: String) {
        var polling = DevicePolling(interval: .seconds(5))
        guard case .fail(let message, let next) = polling.next(after: .error(error)) else {
            Issue.record("it goes on")
            return
        }
        #expect(!message.isEmpty && !next.isEmpty)
    }

    @Test(arguments: ["http://lab.example", "http://10.0.0.1", "ftp://lab.example", "lab.example", "https://"])
    func tokenDoesNotTravelInTheClear(address: String) async {
        await #expect(throws: BedelError.self) { try await LabServer.with(address) { _ in } }
    }

    @Test func gitsQuestionNamesTheServer() {
        let request = GitCredentialRequest("protocol=https\nhost=Lab.Example:8443\npath=git/ml/x.git\npassword=a=b\n")
        #expect(request.server == "https://lab.example:8443")
        #expect(request.password == "a=b")
        #expect(GitCredentialRequest("protocol=ssh\nhost=lab.example").server == nil)
        #expect(GitCredentialRequest("nonsense").server == nil)
        #expect(GitCredentialRequest("").server == nil)
    }
}
