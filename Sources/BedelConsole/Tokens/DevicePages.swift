internal import BedelDomain
internal import Hummingbird

/// Where somebody types the code that `bedel login` shows, sees what asks, and lets it in or not.
///
/// The code in a link fills the form and does nothing else: whoever sends somebody such a link still has to talk them into
/// reading what asks and pressing a button (RFC 8628, section 5.4).
struct DevicePages: Sendable {
    let desk: Desk

    var routes: [Route] {
        [
            Route(.get, .device, .action(.deviceApprove, on: .ownTokens), handler: ask),
            Route(.post, .device, .action(.deviceApprove, on: .ownTokens), handler: look),
            Route(.post, .deviceDecision, .action(.deviceApprove, on: .ownTokens), handler: decide),
        ]
    }

    @Sendable private func ask(_ visit: Visit) async throws -> Response {
        try desk.page(DevicePage(code: try visit.query()["code"] ?? "", visit), visit)
    }

    @Sendable private func look(_ visit: Visit) async throws -> Response {
        let code = try await visit.form().required("code")
        do {
            let found = try await desk.ports.devices.look(userCode: code, by: visit.user())
            return try desk.page(DevicePage(code: code, found: found, visit), visit)
        } catch let error as BedelError where error.code == .notFound {
            return try desk.page(DevicePage(code: code, isUnknown: true, visit), visit, status: .notFound)
        }
    }

    @Sendable private func decide(_ visit: Visit) async throws -> Response {
        let fields = try await visit.form()
        let code = try fields.required("code")
        let approve = try fields.required("decision") == "approve"
        do {
            try await desk.ports.devices.decide(
                userCode: code, approve: approve, by: visit.user(), in: visit.context)
        } catch let error as BedelError where error.code == .notFound {
            return try desk.page(DevicePage(code: code, isUnknown: true, visit), visit, status: .notFound)
        }
        return desk.redirect(to: .tokens, done: approve ? "device-approved" : "device-denied")
    }
}

struct DevicePage: Page {
    static let template = "device"
    let title: String
    let action: String
    let decisionAction: String
    let code: String
    let isUnknown: Bool
    let found: Found?
    var section: Section { .tokens }

    /// What asks to be let in.
    struct Found: Hashable, Sendable {
        let client: String
        let address: String
        let asked: Moment
        let tokenEnds: Moment
        let scopes: [Scopes]
    }

    struct Scopes: Hashable, Sendable {
        let value: String
        let meaning: String
    }

    init(code: String, found: DeviceAuthorization? = nil, isUnknown: Bool = false, _ visit: Visit) {
        title = visit.words("device.title")
        action = Address.device.path
        decisionAction = Address.deviceDecision.path
        self.code = String(code.prefix(40))
        self.isUnknown = isUnknown
        self.found = found.map { found in
            Found(
                client: found.client, address: found.remoteAddress, asked: visit.moment(found.createdAt),
                tokenEnds: visit.moment(visit.now + found.tokenLifetime),
                scopes: Scope.allCases.filter(found.scopes.contains).map {
                    Scopes(value: $0.rawValue, meaning: visit.words("scope.\($0.rawValue)"))
                })
        }
    }
}
