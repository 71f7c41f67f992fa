internal import BedelDomain

/// What became of a version, or why it is not answering.
struct FaultRepresentation: Represented {
    static let name = "Fault"
    static let members: [String: Schema] = ["code": .string, "blame": .string, "message": .string, "next": .string]
    let code: String
    let blame: String
    let message: String
    let next: String

    init(_ fault: Fault) {
        code = fault.code.rawValue
        blame = fault.blame.rawValue
        message = fault.message
        next = fault.next
    }
}

struct VersionRepresentation: Represented {
    static let name = "Version"
    static let members: [String: Schema] = [
        "id": .string, "profile": .string, "model": .string, "number": .integer, "owner": .string, "digest": .string,
        "size": .integer, "source": .string, "commit": .optional(.string), "received_at": .string,
        "sequence": .integer, "state": .string, "runtime": .string, "environment": .optional(.string),
        "fault": .optional(FaultRepresentation.schema), "instance": .optional(.string), "receipt": .string,
        "links": .map(.string),
    ]
    let id: String
    let profile: String
    let model: String
    let number: Int
    let owner: String
    let digest: String
    let size: Int64
    let source: String
    let commit: String?
    let receivedAt: String
    let sequence: Int64
    let state: String
    let runtime: String
    let environment: String?
    let fault: FaultRepresentation?
    /// How its instance stands, when there is one.
    let instance: String?
    /// The signed receipt: a compact JWS.
    let receipt: String
    let links: [String: String]

    init(_ version: Version, instance: Instance?, receipt: String, base: String) {
        id = version.id.rawValue
        profile = version.profile.rawValue
        model = version.modelName.rawValue
        number = version.number
        owner = version.ownerLogin
        digest = version.bundle.hex
        size = version.size
        source = version.source.rawValue
        commit = version.commit
        receivedAt = version.receivedAt.description
        sequence = version.sequence
        state = version.state.rawValue
        runtime = version.layout.runtime.rawValue
        environment = version.environment?.hex
        fault = (version.fault ?? instance?.fault).map(FaultRepresentation.init)
        self.instance = instance?.state.rawValue
        self.receipt = receipt
        let address = Address.version(version.profile, version.modelName, version.number)
        let log = Address.versionLog(version.profile, version.modelName, version.number)
        links = [
            "self": base + Address.api(address).path, "log": base + Address.api(log).path, "page": base + address.path,
            "endpoint": "\(base)/seldon/\(version.profile)/\(version.modelName)\(Endpoint.path)",
        ]
    }
}

struct ModelRepresentation: Represented {
    static let name = "Model"
    static let members: [String: Schema] = [
        "id": .string, "profile": .string, "name": .string, "owner": .string, "assignment": .optional(.string),
        "created_at": .string, "retired_at": .optional(.string), "links": .map(.string),
    ]
    let id: String
    let profile: String
    let name: String
    let owner: String
    let assignment: String?
    let createdAt: String
    let retiredAt: String?
    let links: [String: String]

    init(_ model: Model, base: String) {
        id = model.id.rawValue
        profile = model.profile.rawValue
        name = model.name.rawValue
        owner = model.ownerLogin
        assignment = model.assignment?.rawValue
        createdAt = model.createdAt.description
        retiredAt = model.retiredAt?.description
        let address = Address.model(model.profile, model.name)
        links = [
            "self": base + Address.api(address).path, "page": base + address.path,
            "endpoint": "\(base)/seldon/\(model.profile)/\(model.name)\(Endpoint.path)",
            "git": base + Address.git(model.profile, model.name).path,
        ]
    }
}

/// A model with its versions, newest first.
struct ModelDetailRepresentation: Represented {
    static let name = "ModelDetail"
    static let members: [String: Schema] = [
        "model": ModelRepresentation.schema, "versions": VersionRepresentation.list,
    ]
    let model: ModelRepresentation
    let versions: [VersionRepresentation]
}

struct LogRepresentation: Represented {
    static let name = "Log"
    static let members: [String: Schema] = ["lines": .array(.reference(LogLineRepresentation.name))]
    let lines: [LogLineRepresentation]
}

struct LogLineRepresentation: Represented {
    static let name = "LogLine"
    static let members: [String: Schema] = ["sequence": .integer, "at": .string, "source": .string, "text": .string]
    let sequence: Int64
    let at: String
    let source: String
    let text: String

    init(_ line: LogLine) {
        sequence = line.sequence
        at = line.at.description
        source = line.source.rawValue
        text = line.text
    }
}
