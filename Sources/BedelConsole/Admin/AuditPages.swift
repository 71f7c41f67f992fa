internal import BedelDomain
internal import Hummingbird

/// The audit trail, newest first, a page at a time.
struct AuditPages: Sendable {
    let desk: Desk
    static let pageLength = 100

    var routes: [Route] {
        [Route(.get, .admin(.audit), .action(.auditView, on: .platform), handler: audit)]
    }

    @Sendable private func audit(_ visit: Visit) async throws -> Response {
        let query = try visit.query()
        let records = try await desk.ports.audit.records(matching: Self.filter(query), limit: Self.pageLength + 1)
        let broken = try await query["verify"].asyncMap { _ in try await desk.ports.audit.firstBroken() }
        return try desk.page(AuditPage(records, query, broken: broken, visit), visit)
    }

    static func filter(_ query: FormFields) throws(BedelError) -> AuditFilter {
        AuditFilter(
            profile: try query["profile"].map { text throws(BedelError) in try Label(checking: text, of: "profile") },
            actorName: query["actor"], action: query["action"],
            before: try query.number("before", in: 1...Int.max).map(Int64.init))
    }
}

struct AuditPage: Page {
    static let template = "admin-audit"
    let title: String
    let tabs: [AdminTab]
    let action: String
    let profile: String
    let actor: String
    let wanted: String
    let actions: [String]
    let hasRecords: Bool
    let records: [Row]
    let older: String?
    let verifyLink: String
    /// What walking the chain found; nil when it was not asked for.
    let verdict: String?
    let verdictTone: String
    var section: Section { .admin }

    struct Row: Hashable, Sendable {
        let sequence: Int64
        let at: Moment
        let actor: String
        let action: String
        let resource: String
        let badge: Badge
        let reason: String
        let facts: String
        let request: String
        let address: String
        let hash: String
    }

    /// - Parameter broken: nil when the chain was not walked; else what the walk found.
    init(_ records: [AuditRecord], _ query: FormFields, broken: Int64??, _ visit: Visit) {
        let words = visit.words
        title = words("admin.audit")
        tabs = AdminTab.all(.audit, words)
        action = Address.admin(.audit).path
        profile = query["profile"] ?? ""
        actor = query["actor"] ?? ""
        wanted = query["action"] ?? ""
        actions = Action.allCases.map(\.rawValue)
        let shown = records.prefix(AuditPages.pageLength)
        self.records = shown.map { Self.row($0, visit) }
        hasRecords = !records.isEmpty
        older =
            records.count > shown.count
            ? shown.last.map {
                Address.admin(.audit).with([
                    "profile": query["profile"] ?? "", "actor": query["actor"] ?? "", "action": query["action"] ?? "",
                    "before": String($0.sequence),
                ])
            } : nil
        verifyLink = Address.admin(.audit).with(["verify": "1"])
        verdict = broken.map { $0.map { words("audit.broken", ["sequence": "\($0)"]) } ?? words("audit.sound") }
        verdictTone = broken.flatMap { $0 } == nil ? "good" : "bad"
    }

    private static func row(_ record: AuditRecord, _ visit: Visit) -> Row {
        let event = record.event
        let tone: Badge.Tone = event.outcome == .allowed ? .good : event.outcome == .denied ? .bad : .neutral
        return Row(
            sequence: record.sequence, at: visit.moment(event.at), actor: event.actorName, action: event.action,
            resource: event.resource, badge: Badge(visit.words("outcome.\(event.outcome.rawValue)"), tone),
            reason: event.reason,
            facts: event.facts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "),
            request: event.requestID, address: event.remoteAddress, hash: record.hash.short)
    }
}
