import Foundation
import Testing

@testable import bedel

/// As root only, and under a closed folder, the database stands elsewhere.
@Suite("The demo's folder", .enabled(if: getuid() == 0))
struct DemoDirectoryTests {
    private func inClosedFolder(_ body: (String) throws -> Void) throws {
        let closed = FileManager.default.temporaryDirectory.appending(path: "bedel-demo-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: closed, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let database = try DemoDirectory(path: closed + "/state").postgres
        defer {
            try? FileManager.default.removeItem(atPath: closed)
            try? FileManager.default.removeItem(atPath: database)
        }
        try body(closed + "/state")
    }

    private func fill(_ database: String) throws {
        try FileManager.default.createDirectory(atPath: database, withIntermediateDirectories: true)
        try Data("15".utf8).write(to: URL(filePath: database + "/PG_VERSION"))
    }

    @Test func deletingItIsStartingAnew() throws {
        try inClosedFolder { state in
            let database = try DemoDirectory(path: state).postgres
            #expect(!database.hasPrefix(state))
            try fill(database)
            try FileManager.default.removeItem(atPath: state)
            _ = try DemoDirectory(path: state)
            #expect(
                !FileManager.default.fileExists(atPath: database + "/PG_VERSION"), "the old database is still there")
        }
    }

    @Test func secondStartKeepsTheDatabase() throws {
        try inClosedFolder { state in
            let database = try DemoDirectory(path: state).postgres
            try fill(database)
            _ = try DemoDirectory(path: state)
            #expect(FileManager.default.fileExists(atPath: database + "/PG_VERSION"))
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: state + "/postgres")
            #expect(link == database)
        }
    }

    @Test func seededDemoFromBeforeTheLinkKeepsItsDatabase() throws {
        try inClosedFolder { state in
            let directory = try DemoDirectory(path: state)
            try fill(directory.postgres)
            try Data().write(to: URL(filePath: directory.seeded))
            try FileManager.default.removeItem(atPath: state + "/postgres")
            _ = try DemoDirectory(path: state)
            #expect(FileManager.default.fileExists(atPath: directory.postgres + "/PG_VERSION"))
        }
    }
}
