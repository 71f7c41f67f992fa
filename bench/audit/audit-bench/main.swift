import BedelDomain
import BedelStore
import Glibc
import Logging

// Appends to an audit trail as fast as it takes them.
//   audit-bench URL MIGRATIONS SECONDS CALLERS          prints events per second
//   audit-bench URL MIGRATIONS SECONDS CALLERS acknowledge   also prints the number of every event that was acknowledged
//   audit-bench URL MIGRATIONS verify                   walks the trail

let arguments = CommandLine.arguments
guard arguments.count >= 4 else {
    print("audit-bench URL MIGRATIONS (SECONDS CALLERS [acknowledge] | verify)")
    exit(2)
}
var logger = Logger(label: "audit-bench")
logger.logLevel = .warning
let database = PostgresDatabase(
    configuration: .init(url: arguments[1], migrationsDirectory: arguments[2]), logger: logger)
try await database.start()
let log = PostgresAuditLog(database)
if arguments[3] == "verify" {
    let finding = try await log.finding(against: [])
    print(finding.map(\.description) ?? "whole")
} else if let seconds = Int(arguments[3]), arguments.count > 4, let callers = Int(arguments[4]) {
    try await AppendBench(
        log: log, seconds: seconds, callers: callers, acknowledges: arguments.last == "acknowledge"
    ).run()
}
await database.shutdown()
