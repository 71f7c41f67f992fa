import ArgumentParser
import BedelDomain

struct Logout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "End the token of “bedel login”, here and on the server.")

    @OptionGroup var target: ServerOption

    func run() async throws {
        try await Reporting.errors {
            let file = try target.file()
            let (address, entry) = try target.entry(in: file)
            // Forgotten here only once it is worth nothing there.
            try await LabServer.with(address) { try await $0.surrender(entry.token) }
            try file.forget(address)
            print("Signed out of \(address).")
        }
    }
}
