import Cedar

/// Reads the cases that `differential.py` writes: one line each, its first word saying what it is, fields parted by
/// tabs, values in the policy syntax.
///
///     policies  permit(principal, action, resource);
///     link      template  new id  principal or -  resource or -
///     entity    User::"a"  {attributes}  [parents]  {tags}
///     request   principal  action  resource  {context}
///     schema    entity User;
///     validate  permit(principal, action, resource);
struct CaseFile {
    enum Line {
        case policies(PolicySet)
        case refused(ParseErrors)
        case entities(EntityStore)
        case request(AuthorizationRequest)
        case validation(ValidationReport)
    }

    private var policies = PolicySet.empty
    private var pending: [Entity] = []
    private var schema: Schema?

    /// What the line completes; nil when more lines belong to it.
    mutating func read(_ line: String) throws -> [Line] {
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        switch fields[0] {
        case "policies":
            do {
                policies = try PolicySet(parsing: fields[1])
                return [.policies(policies)]
            } catch {
                return [.refused(error)]
            }
        case "link":
            policies = try policies.linking(fields[1], as: fields[2], slots: try slots(fields))
            return [.policies(policies)]
        case "entity":
            pending.append(try entity(fields))
            return []
        case "store":
            defer { pending = [] }
            return [.entities(try EntityStore(pending))]
        case "request":
            return [.request(try request(fields))]
        case "schema":
            do {
                schema = try Schema(parsing: fields[1])
                return []
            } catch {
                return [.refused(error)]
            }
        case "validate":
            guard let schema else { return [] }
            do {
                return [.validation(schema.validate(try PolicySet(parsing: fields[1])))]
            } catch {
                return [.refused(error)]
            }
        default:
            return []
        }
    }

    private func slots(_ fields: [String]) throws -> [Slot: EntityUID] {
        var slots: [Slot: EntityUID] = [:]
        if fields[3] != "-" { slots[.principal] = try EntityUID(parsing: fields[3]) }
        if fields[4] != "-" { slots[.resource] = try EntityUID(parsing: fields[4]) }
        return slots
    }

    private func entity(_ fields: [String]) throws -> Entity {
        guard case .set(let parents) = try Value(parsing: fields[3]) else { return Entity(uid: EntityUID("", "")) }
        let uids: [EntityUID] = parents.elements.compactMap { if case .entity(let uid) = $0 { uid } else { nil } }
        return Entity(
            uid: try EntityUID(parsing: fields[1]), attributes: try Record(parsing: fields[2]), parents: uids,
            tags: try Record(parsing: fields[4]))
    }

    private func request(_ fields: [String]) throws -> AuthorizationRequest {
        AuthorizationRequest(
            principal: try EntityUID(parsing: fields[1]), action: try EntityUID(parsing: fields[2]),
            resource: try EntityUID(parsing: fields[3]), context: try Record(parsing: fields[4]))
    }
}
