internal import BedelDomain
internal import Hummingbird
internal import NIOCore

/// The audit trail, newest first, a page at a time: all of it, or one profile's for whoever looks after that.
struct AuditPages: Sendable {
    let desk: Desk
    static let pageLength = 100

    var routes: [Route] {
        [
            Route(.get, .admin(.audit), .action(.auditView, on: .platform), handler: audit),
            Route(.get, .admin(.auditFile), .action(.auditView, on: .platform), handler: file),
            Route(.get, .profileAudit(nil), .action(.auditView, on: .profile), handler: audit),
            Route(.get, .profileAuditFile(nil), .action(.auditView, on: .profile), handler: file),
        ]
    }

    @Sendable private func audit(_ visit: Visit) async throws -> Response {
        let query = try visit.query()
        let records = try await desk.ports.audit.records(matching: Self.filter(visit), limit: Self.pageLength + 1)
        // The chain runs through all profiles.
        let isVerified = visit.subject.profile == nil && query["verify"] != nil
        let broken: Int64?? = isVerified ? .some(try await desk.ports.audit.firstBroken()) : nil
        return try desk.page(AuditPage(records, query, broken: broken, visit), visit)
    }

    /// On a profile's own page nothing else than that profile, whatever is asked for.
    private static func filter(_ visit: Visit) throws(BedelError) -> AuditFilter {
        var filter = try filter(visit.query())
        if let profile = visit.subject.profile { filter.profile = profile.name }
        return filter
    }

    static func filter(_ query: FormFields) throws(BedelError) -> AuditFilter {
        AuditFilter(
            profile: try query["profile"].map { text throws(BedelError) in try Label(checking: text, of: "profile") },
            actorName: query["actor"], action: query["action"],
            before: try query.number("before", in: 1...Int.max).map(Int64.init),
            outcome: try query["outcome"].map { text throws(BedelError) in
                guard let outcome = AuditEvent.Outcome(rawValue: text) else {
                    throw BedelError(
                        .invalidRequest, "“\(text.prefix(20))” is no outcome.", next: "Use allowed, denied or failed.",
                        arguments: ["text": String(text.prefix(20)), "unit": "outcome", "advice": "outcome"])
                }
                return outcome
            }, since: try day(query, "from"),
            // The last day belongs to it.
            until: try day(query, "to").map { $0 + .seconds(86_400) })
    }

    /// Midnight (UTC) of a day as browsers send it: `2026-11-21`.
    private static func day(_ query: FormFields, _ name: String) throws(BedelError) -> Timestamp? {
        guard let text = query[name] else { return nil }
        guard text.utf8.count == 10, let day = Timestamp("\(text)T00:00:00Z") else {
            throw BedelError(
                .invalidRequest, "“\(text.prefix(20))” is no day.", next: "Write it like 2026-11-21.",
                arguments: ["field": name, "text": String(text.prefix(20)), "unit": "day", "advice": "day"])
        }
        return day
    }

    /// What the filter lets through as JSON Lines, newest first, read while it is sent. The lines are those of
    /// `bedel audit export`.
    @Sendable private func file(_ visit: Visit) async throws -> Response {
        let filter = try Self.filter(visit)
        let trail = desk.ports.audit
        let body = ResponseBody { writer in
            var next = filter
            while true {
                let records = try await trail.records(matching: next, limit: 500)
                guard let last = records.last else { break }
                var piece: [UInt8] = []
                for record in records {
                    piece += try JSONAnswer.encode(AuditLine(record)) + [UInt8(ascii: "\n")]
                }
                try await writer.write(ByteBuffer(bytes: piece))
                next.before = last.sequence
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/jsonl", .contentDisposition: "attachment; filename=\"audit.jsonl\"",
            ], body: body)
    }
}

struct AuditPage: Page {
    static let template = "admin-audit"
    let title: String
    /// None for a profile's own.
    let tabs: [AdminTab]
    let action: String
    /// Whether it can be chosen.
    let asksForProfile: Bool
    let profile: String
    let actor: String
    let wanted: String
    let actions: [SettingsPage.Choice]
    let outcomes: [SettingsPage.Choice]
    let from: String
    let to: String
    let exportLink: String
    let hasRecords: Bool
    let records: [Row]
    let older: String?
    let verifyLink: String?
    /// What walking the chain found; nil when it was not asked for.
    let verdict: String?
    let verdictTone: String
    let section: Section
    let trail: [Crumb]

    struct Row: Hashable, Sendable {
        let sequence: Int64
        let at: Moment
        let actor: String
        let action: String
        let resource: String
        let badge: Badge
        let reason: String
        let facts: String
        let hasFacts: Bool
        let request: String
        let address: String
        let hash: String
    }

    /// - Parameter broken: nil when the chain was not walked; else what the walk found.
    init(_ records: [AuditRecord], _ query: FormFields, broken: Int64??, _ visit: Visit) {
        let words = visit.words
        let own = visit.subject.profile
        let page = own.map { Address.profileAudit($0.name) } ?? .admin(.audit)
        title = words("admin.audit")
        tabs = own == nil ? AdminTab.all(.audit, words) : []
        section = own == nil ? .admin : .courses
        trail =
            own.map {
                [
                    Crumb(title: words("menu.courses"), link: Address.home.path),
                    Crumb(title: $0.title, link: Address.profile($0.name).path),
                ]
            } ?? []
        action = page.path
        asksForProfile = own == nil
        profile = query["profile"] ?? ""
        actor = query["actor"] ?? ""
        wanted = query["action"] ?? ""
        actions = Action.allCases.map {
            .init(value: $0.rawValue, meaning: words("action.\($0.rawValue)"), isChosen: false)
        }
        outcomes = AuditEvent.Outcome.allCases.map {
            .init(
                value: $0.rawValue, meaning: words("outcome.\($0.rawValue)"), isChosen: query["outcome"] == $0.rawValue)
        }
        from = query["from"] ?? ""
        to = query["to"] ?? ""
        exportLink = Self.link(own.map { .profileAuditFile($0.name) } ?? .admin(.auditFile), query, before: nil)
        let shown = records.prefix(AuditPages.pageLength)
        self.records = shown.map { Self.row($0, visit) }
        hasRecords = !records.isEmpty
        older =
            records.count > shown.count
            ? shown.last.map { Self.link(page, query, before: $0.sequence) } : nil
        verifyLink = own == nil ? page.with(["verify": "1"]) : nil
        verdict = broken.map { $0.map { words("audit.broken", ["sequence": "\($0)"]) } ?? words("audit.sound") }
        verdictTone = broken.flatMap { $0 } == nil ? "good" : "bad"
    }

    /// With the same filter.
    private static func link(_ address: Address, _ query: FormFields, before: Int64?) -> String {
        address.with([
            "profile": query["profile"] ?? "", "actor": query["actor"] ?? "", "action": query["action"] ?? "",
            "outcome": query["outcome"] ?? "", "from": query["from"] ?? "", "to": query["to"] ?? "",
            "before": before.map(String.init) ?? "",
        ])
    }

    private static func row(_ record: AuditRecord, _ visit: Visit) -> Row {
        let event = record.event
        let tone: Badge.Tone = event.outcome == .allowed ? .good : event.outcome == .denied ? .bad : .neutral
        return Row(
            sequence: record.sequence, at: visit.moment(event.at), actor: event.actorName, action: event.action,
            resource: event.resource, badge: Badge(visit.words("outcome.\(event.outcome.rawValue)"), tone),
            reason: event.reason,
            facts: event.facts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "),
            hasFacts: !event.facts.isEmpty, request: event.requestID, address: event.remoteAddress,
            hash: record.hash.short)
    }
}
