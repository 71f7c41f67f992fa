import BedelDomain
import FoundationEssentials
import Testing

@testable import bedel

@Suite("What is closed on purpose")
struct MaintenanceFolderTests {
    private func withFolder(_ body: (MaintenanceFolder) throws -> Void) throws {
        let path = "/tmp/bedel-maintenance-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(MaintenanceFolder(path: path))
    }

    @Test func closedAndOpenedAgain() throws {
        try withFolder { folder in
            let until = Timestamp(seconds: 1_900_000_000)
            try folder.close("mlflow--ml-2026", Maintenance(message: "New disks.\nBack at two.", until: until))
            try folder.close("everything", Maintenance(message: ""))
            #expect(
                try folder.read() == [
                    "mlflow--ml-2026": Maintenance(message: "New disks.\nBack at two.", until: until),
                    "everything": Maintenance(message: ""),
                ])
            try folder.open("everything")
            #expect(try folder.read().keys.sorted() == ["mlflow--ml-2026"])
            #expect(throws: BedelError.self) { try folder.open("everything") }
        }
    }

    @Test(arguments: ["", "..", "a/b", "Ä", "A", "a.b", String(repeating: "a", count: 83)])
    func whatIsNoHostCannotBeClosed(_ subject: String) throws {
        try withFolder { folder in
            #expect(throws: BedelError.self) { try folder.close(subject, Maintenance(message: "")) }
            #expect(throws: BedelError.self) { try folder.open(subject) }
        }
    }

    /// Whoever writes the file by hand makes mistakes; then all of it is the message.
    @Test(arguments: ["until: tomorrow\nx", "until: -5\nx", "until: 99999999999999\nx"])
    func timeThatIsNoneIsText(_ text: String) {
        #expect(MaintenanceFolder.parse(text) == Maintenance(message: text))
    }
}
