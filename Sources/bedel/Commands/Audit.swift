import ArgumentParser

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look after the audit trail.", subcommands: [AuditVerify.self, AuditExport.self])
}
