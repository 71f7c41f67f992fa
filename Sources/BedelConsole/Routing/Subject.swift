internal import BedelDomain

/// What a request's address names, found and allowed.
struct Subject: Sendable {
    var resource: Resource
    var profile: Profile?
    var model: Model?
    var version: Version?
    var assignment: Assignment?
    var round: Round?

    init(_ resource: Resource) { self.resource = resource }
}
