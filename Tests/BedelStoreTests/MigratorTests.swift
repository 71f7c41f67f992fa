import BedelDomain
import Foundation
import Logging
import Testing

@testable import BedelStore

@Suite("Migrations")
struct MigratorTests {
    @Test func theOnesOfThisHouseApplyOnceAndAgain() async throws {
        try await PrivatePostgres.shared().withEmptyDatabase { url in
            try await Self.migrate(url, PrivatePostgres.migrations)
            try await Self.migrate(url, PrivatePostgres.migrations)
        }
    }

    @Test func severalAtOnceDoTheWorkOnce() async throws {
        try await PrivatePostgres.shared().withEmptyDatabase { url in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await Self.migrate(url, PrivatePostgres.migrations) } }
                try await group.waitForAll()
            }
        }
    }

    @Test func whatIsMissingIsToldWithoutChangingAnything() async throws {
        try await PrivatePostgres.shared().withEmptyDatabase { url in
            let migrator = Migrator(
                configuration: .init(url: url, migrationsDirectory: PrivatePostgres.migrations),
                logger: Logger(label: "test"))
            let all = try await migrator.pending()
            #expect(all.first?.hasPrefix("0001_") ?? false)
            #expect(try await migrator.pending() == all)
            try await Self.migrate(url, PrivatePostgres.migrations)
            #expect(try await migrator.pending().isEmpty)
        }
    }

    @Test func aChangedFileIsRefused() async throws {
        try await Self.withDirectory(["0001_a.sql": "CREATE TABLE a (n int);"]) { directory, url in
            try await Self.migrate(url, directory)
            try "CREATE TABLE a (n bigint);".write(toFile: "\(directory)/0001_a.sql", atomically: true, encoding: .utf8)
            await expectFailure(.conflict) { try await Self.migrate(url, directory) }
        }
    }

    @Test func aNewerDatabaseIsLeftAlone() async throws {
        try await Self.withDirectory(["0001_a.sql": "SELECT 1;", "0002_b.sql": "SELECT 1;"]) { directory, url in
            try await Self.migrate(url, directory)
            try FileManager.default.removeItem(atPath: "\(directory)/0002_b.sql")
            await expectFailure(.conflict) { try await Self.migrate(url, directory) }
        }
    }

    @Test func aMigrationThatFailsLeavesNothingBehind() async throws {
        let files = ["0001_a.sql": "CREATE TABLE a (n int);", "0002_b.sql": "CREATE TABLE b (n int); SELECT 1 / 0;"]
        try await Self.withDirectory(files) { directory, url in
            await expectFailure(.conflict) { try await Self.migrate(url, directory) }
            try "CREATE TABLE b (n int);".write(toFile: "\(directory)/0002_b.sql", atomically: true, encoding: .utf8)
            try await Self.migrate(url, directory)
        }
    }

    @Test(arguments: [
        ["0002_b.sql"], ["0001_a.sql", "0003_c.sql"], ["0001_a.sql", "0001_b.sql"], ["1_a.sql"], ["0001a.sql"],
        ["0001_.sql"], ["000x_a.sql"],
    ])
    func numbersWithGapsDoublesOrStrangeNamesAreRefused(_ names: [String]) {
        #expect(throws: BedelError.self) {
            _ = try Migration.pending(of: names.map { try Migration(fileName: $0, bytes: []) }, applied: [])
        }
    }

    @Test func aDirectoryThatIsNotThereIsNamed() async throws {
        try await PrivatePostgres.shared().withEmptyDatabase { url in
            await expectFailure(.notFound) { try await Self.migrate(url, "/nonexistent") }
        }
    }

    private static func migrate(_ url: String, _ directory: String) async throws {
        try await Migrator(
            configuration: .init(url: url, migrationsDirectory: directory), logger: .quiet
        ).run()
    }

    private static func withDirectory(
        _ files: [String: String], _ body: (String, String) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (name, text) in files { try Data(text.utf8).write(to: directory.appending(path: name)) }
        try await PrivatePostgres.shared().withEmptyDatabase { url in try await body(directory.path, url) }
    }
}
