internal import BedelDomain

/// A round among others, without its entries.
struct RoundSummaryRepresentation: Represented {
    static let name = "RoundSummary"
    static let members: [String: Schema] = [
        "id": .string, "number": .integer, "state": .string, "metric": .string, "manifest_digest": .string,
        "created_at": .string, "finished_at": .optional(.string), "links": .map(.string),
    ]
    let id: String
    let number: Int
    let state: String
    let metric: String
    let manifestDigest: String
    let createdAt: String
    let finishedAt: String?
    let links: [String: String]

    init(_ round: Round, base: String) {
        id = round.id.rawValue
        number = round.number
        state = round.state.rawValue
        metric = round.manifest.metric.rawValue
        manifestDigest = round.manifestDigest.hex
        createdAt = round.createdAt.description
        finishedAt = round.finishedAt?.description
        let address = Address.round(round.profile, round.assignment, round.number)
        links = ["self": base + Address.api(address).path, "page": base + address.path]
    }
}
