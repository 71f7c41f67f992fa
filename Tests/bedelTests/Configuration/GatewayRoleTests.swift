import BedelDomain
import Foundation
import NIOPosix
import Testing

@testable import bedel

@Suite("A gateway beside a running Bedel")
struct GatewayRoleTests {
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let path = "/tmp/bedel-\(UInt32.random(in: 0 ... .max))"
        try await body(path)
        try? FileManager.default.removeItem(atPath: path)
    }

    @Test func itIsAGuestInTheFolderThatTheOtherHolds() async throws {
        try await withFolder { path in
            let host = try DataDirectory(path: path)
            let guest = try DataDirectory(path: path, guest: "127.0.0.1:8081")
            #expect(guest.consoleSocket == host.consoleSocket)
            #expect(guest.keys == host.keys)
            #expect(guest.spool != host.spool, "of two processes that ship one spool, both would write every refusal")
            #expect(guest.spool.hasSuffix("/spool-127-0-0-1-8081"))
            #expect(FileManager.default.fileExists(atPath: guest.spool))
            #expect(throws: BedelError.self) { try DataDirectory(path: path) }
        }
    }

    @Test func itMakesNoFolderOfItsOwn() async throws {
        try await withFolder { path in
            #expect(throws: BedelError.self) { try DataDirectory(path: path, guest: "127.0.0.1:8081") }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func whatRunsIsReadAsItWasWritten() async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        try await withFolder { path in
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let board = InstanceBoard(path: path + "/instances.json", threads: threads)
            #expect(try await board.read().isEmpty)
            let instance = Instance(
                id: .random(at: Timestamp(seconds: 1)), version: .random(at: Timestamp(seconds: 1)),
                profile: Label("ml-2026")!, model: Label("digits")!, number: 3, state: .ready,
                address: .unixSocket(path: "/run/model.sock"), fault: nil, since: Timestamp(seconds: 2), restarts: 1)
            try await board.write([instance])
            #expect(try await board.read() == [instance])
        }
        try await threads.shutdownGracefully()
    }

    @Test(arguments: [("role: gateway", ServerConfiguration.Role.gateway), ("role: all", .all), ("", nil)])
    func theFileSaysWhichRole(_ line: String, _ role: ServerConfiguration.Role?) async throws {
        try await withFile(line) { path in
            let configuration = try ServerConfiguration.read(path, environment: [:])
            #expect(configuration.role == role)
        }
    }

    @Test func anUnknownRoleIsSaidByItsKey() async throws {
        try await withFile("role: butler") { path in
            let error = #expect(throws: BedelError.self) { try ServerConfiguration.read(path, environment: [:]) }
            #expect(error?.message.contains("role") ?? false)
        }
    }

    private func withFile(_ line: String, _ body: (String) throws -> Void) async throws {
        try await withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let text = """
                base: http://localhost:8080
                listen: 127.0.0.1:8080
                admin: 127.0.0.1:9090
                data: /var/lib/bedel
                database: postgresql:///bedel
                issuers: []
                \(line)
                """
            try text.write(toFile: folder + "/bedel.yaml", atomically: true, encoding: .utf8)
            try body(folder + "/bedel.yaml")
        }
    }
}
