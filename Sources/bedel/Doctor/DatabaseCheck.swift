import BedelDomain
import BedelStore
import Logging

/// Whether the database answers and has the shape this version works with. Changes nothing in it.
struct DatabaseCheck {
    let url: String
    let migrations: String
    let logger: Logger
    private static let check = "database"

    func examine() async -> [Diagnosis] {
        let migrator = Migrator(configuration: .init(url: url, migrationsDirectory: migrations), logger: logger)
        do {
            let pending = try await migrator.pending()
            guard !pending.isEmpty else { return [.good(Self.check, "The database answers and is up to date.")] }
            return [
                .warning(
                    Self.check,
                    "The database answers, but lacks \(pending.count) of this version's changes (from \(pending[0]) on).",
                    next: "Back it up; the next start applies them, and so does bedel migrate.")
            ]
        } catch {
            let found = Diagnosis.of(error, Self.check)
            return [
                .problem(
                    Self.check, found.message,
                    next:
                        "Start PostgreSQL, or correct “database”; psql with the same address says whether it is right.")
            ]
        }
    }
}
