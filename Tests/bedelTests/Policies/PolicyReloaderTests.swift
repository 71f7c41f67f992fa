import BedelDomain
import FoundationEssentials
import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization
import Testing

@testable import bedel

@Suite("Changing policies while the server runs")
struct PolicyReloaderTests {
    private let directory: PolicyDirectory
    private let reloader: PolicyReloader
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        directory = try PolicyDirectory()
        reloader = try PolicyReloader(folder: directory.folder, threads: .singleton, logger: Self.quiet)
    }

    private static let freeze = #"@id("freeze") forbid (principal, action == Action::"model.submit", resource);"#

    private func mayHandIn() throws -> Bool {
        let owner = try #require(try Asker(naming: "student", scopes: nil).principal(in: Label("ml-2026")))
        let model = Resource(.model, "digits", profile: Label("ml-2026"), owner: owner.user)
        return reloader.authorizer.decide(Question(owner, .modelSubmit, model)).isAllowed
    }

    /// One look, in a word that can be compared; with what a refusal said.
    private func look() -> (word: String, said: String) {
        switch reloader.look() {
        case .unchanged: ("unchanged", "")
        case .loaded(let policies): ("loaded \(policies)", "")
        case .refused(let error): ("refused", "\(error)")
        }
    }

    @Test func folderThatStaysTheSameIsNotReadAgain() throws {
        #expect(try mayHandIn())
        #expect(look().word == "unchanged" && look().word == "unchanged")
    }

    @Test func aNewFileComesIntoForceOnceTheFolderIsAtRest() throws {
        try directory.write(Self.freeze, to: "freeze.cedar")
        #expect(look().word == "unchanged")
        #expect(try mayHandIn())
        #expect(look().word == "loaded \(PolicyReview(try directory.folder.texts()).entries.count)")
        #expect(try !mayHandIn())
        try directory.remove("freeze.cedar")
        _ = look()
        _ = look()
        #expect(try mayHandIn())
    }

    @Test func aMistakeIsRefusedOnceWithItsPlaceAndTheOldSetStays() throws {
        try directory.write(Self.freeze + "\npermit (principal, action, resorce);", to: "freeze.cedar")
        _ = look()
        let refusal = look()
        #expect(refusal.word == "refused" && refusal.said.contains("freeze.cedar:2:28: expected"), "\(refusal)")
        #expect(try mayHandIn())
        #expect(look().word == "unchanged", "it is refused once")
        try directory.write(Self.freeze, to: "freeze.cedar")
        _ = look()
        #expect(look().word.hasPrefix("loaded"))
        #expect(try !mayHandIn())
    }

    @Test(arguments: [".cedarschema", ".cedar"])
    func aFolderWithoutPoliciesOrSchemaIsRefused(_ ending: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) where name.hasSuffix(ending) {
            try directory.remove(name)
        }
        _ = look()
        let refusal = look()
        #expect(refusal.word == "refused" && refusal.said.contains("exactly one schema"), "\(refusal)")
        #expect(try mayHandIn())
    }

    @Test func aFolderThatIsGoneIsRefusedOnceAndTheOldSetStays() throws {
        try FileManager.default.removeItem(atPath: directory.path)
        _ = look()
        #expect(look().word == "refused" && look().word == "unchanged")
        #expect(try mayHandIn())
    }

    @Test func aMistakeAtTheStartKeepsTheServerFromStarting() throws {
        try directory.write("permit", to: "broken.cedar")
        #expect(throws: BedelError.self) {
            _ = try PolicyReloader(folder: directory.folder, threads: .singleton, logger: Self.quiet)
        }
    }

    @Test func whatEditorsLeaveBesideTheFilesIsNotLookedAt() throws {
        try directory.write("half a pol", to: ".student.cedar.swp")
        try directory.write("half a pol", to: ".student.cedar")
        try directory.write("half a pol", to: "student.cedar~")
        #expect(look().word == "unchanged" && look().word == "unchanged")
    }

    /// The whole service: each look waits for the test's word.
    @Test func theServiceLooksAgainAndAgainUntilItIsStopped() async throws {
        let (permits, permit) = AsyncStream.makeStream(of: Void.self)
        let (looks, looking) = AsyncStream.makeStream(of: Void.self)
        let service = try PolicyReloader(folder: directory.folder, threads: .singleton, logger: Self.quiet) {
            looking.yield()
            for await _ in permits { return }
            throw CancellationError()
        }
        try directory.write(Self.freeze, to: "freeze.cedar")
        let group = ServiceGroup(services: [service], logger: Self.quiet)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var turns = 0
            for await _ in looks {
                turns += 1
                if turns == 3 { break }
                permit.yield()
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        let teacher = try Asker(naming: "admin", scopes: nil).principal(in: nil)
        let model = Resource(.model, "digits", profile: Label("ml-2026"))
        #expect(service.authorizer.decide(Question(teacher, .modelSubmit, model)) == .deny(.role))
    }
}
