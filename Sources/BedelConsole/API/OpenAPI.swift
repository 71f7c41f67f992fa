internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird

/// The OpenAPI 3.1 description of `/api/v1`, made from the routes themselves, so that it cannot say anything else.
struct OpenAPI: Sendable {
    let routes: [Route]
    let baseURL: String

    static let represented: [any Represented.Type] = [
        AssignmentRepresentation.self, AuditRepresentation.self, DeviceCodesRepresentation.self,
        EntryRepresentation.self, FaultRepresentation.self, GrantRepresentation.self,
        GroupRuleRepresentation.self, InstanceRepresentation.self, LogRepresentation.self, LogLineRepresentation.self,
        MeRepresentation.self, ModelRepresentation.self, ModelDetailRepresentation.self, ProfileRepresentation.self,
        RoundRepresentation.self, RoundSummaryRepresentation.self, ScoresRepresentation.self,
        ServiceAccountRepresentation.self, SessionRepresentation.self, TokenRepresentation.self,
        VersionRepresentation.self,
    ]

    /// The route of the description itself, which is part of it.
    static func route(_ desk: Desk, describing routes: [Route]) -> Route {
        .api(
            .get, .openAPI, .everybody(because: "it describes doors, not what is behind them"),
            .init(id: "openapi", summary: "This description", answer: .json(.map(.string)))
        ) { _ in
            let own = route(desk, describing: [])
            let document = OpenAPI(routes: routes + [own], baseURL: desk.configuration.baseURL).document
            return desk.text(document.text, type: "application/json")
        }
    }

    var document: JSON {
        var paths: [String: JSON] = [:]
        for route in routes {
            guard let operation = route.operation else { continue }
            var methods: [String: JSON] = [:]
            if case .object(let known) = paths[route.address.path] { methods = known }
            methods[route.method.rawValue.lowercased()] = describe(operation, route)
            paths[route.address.path] = .object(methods)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Bedel", "version": "1",
                "description": "The same powers as the pages, for programs. Every failure is RFC 9457 problem details.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": .string(baseURL)]],
            "security": [["accessToken": []]],
            "paths": .object(paths),
            "components": [
                "securitySchemes": ["accessToken": ["type": "http", "scheme": "bearer"]],
                "schemas": schemas,
                "responses": ["Problem": ["description": "What went wrong and what to do now", "content": problem]],
            ],
        ]
    }

    private var problem: JSON {
        ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]]
    }

    private var schemas: JSON {
        var schemas: [String: JSON] = [
            "Problem": Schema.object([
                "type": .string, "title": .string, "status": .integer, "detail": .string, "next": .string,
                "request_id": .string,
            ]).json
        ]
        for type in Self.represented { schemas[type.name] = Schema.object(type.members).json }
        return .object(schemas)
    }

    private func describe(_ operation: Operation, _ route: Route) -> JSON {
        var described: [String: JSON] = [
            "operationId": .string(operation.id), "summary": .string(operation.summary),
            "parameters": .array(parameters(operation, route)),
            "responses": [
                String(operation.status): answer(operation.answer),
                "default": ["$ref": "#/components/responses/Problem"],
            ],
        ]
        if let request = operation.request, let content = content(request) {
            described["requestBody"] = ["required": true, "content": content]
        }
        switch route.access {
        case .everybody: described["security"] = []
        case .action(let action, _), .asked(_, let action): described["x-scope"] = .string(action.scope.rawValue)
        }
        return .object(described)
    }

    private func parameters(_ operation: Operation, _ route: Route) -> [JSON] {
        let names = route.address.path.split(separator: "{").dropFirst().map { String($0.prefix { $0 != "}" }) }
        let inPath = names.map { name -> JSON in
            [
                "name": .string(name), "in": "path", "required": true,
                "schema": name == "number" ? ["type": "integer"] : ["type": "string"],
            ]
        }
        let inQuery = operation.query.sorted { $0.key < $1.key }.map { name, meaning -> JSON in
            ["name": .string(name), "in": "query", "description": .string(meaning), "schema": ["type": "string"]]
        }
        return inPath + inQuery
    }

    private func answer(_ body: Operation.Body) -> JSON {
        guard let content = content(body) else { return ["description": "Done"] }
        return ["description": "Done", "content": content]
    }

    private func content(_ body: Operation.Body) -> JSON? {
        switch body {
        case .json(let schema): ["application/json": ["schema": schema.json]]
        case .media(let types):
            .object(Dictionary(uniqueKeysWithValues: types.map { ($0, ["schema": ["type": "string"]] as JSON) }))
        case .empty: nil
        }
    }
}

extension Schema {
    /// As JSON Schema.
    var json: JSON {
        switch self {
        case .string: ["type": "string"]
        case .integer: ["type": "integer"]
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .array(let element): ["type": "array", "items": element.json]
        case .map(let element): ["type": "object", "additionalProperties": element.json]
        case .optional(let schema): schema.json
        case .reference(let name): ["$ref": .string("#/components/schemas/\(name)")]
        case .object(let members):
            [
                "type": "object", "properties": .object(members.mapValues(\.json)),
                "required": .array(members.filter { !$0.value.isOptional }.keys.sorted().map { .string($0) }),
            ]
        }
    }

    private var isOptional: Bool { if case .optional = self { true } else { false } }
}
