internal import BedelDomain
internal import NIOCore

/// The header lines that tell an upstream who asks.
enum IdentityLines {
    static func lines(of principal: Principal, on route: Route, assertion: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        if let profile = route.profile { buffer.writeField("X-Bedel-Profile: ", profile.rawValue) }
        buffer.writeField("X-Bedel-User: ", principal.user.rawValue)
        let roles = principal.roles(in: route.profile).map(\.rawValue).sorted().joined(separator: ",")
        if !roles.isEmpty { buffer.writeField("X-Bedel-Roles: ", roles) }
        buffer.writeField("X-Bedel-Assertion: ", assertion)
        guard case .service(let service) = route.upstream else { return buffer }
        for (field, name) in service.identityHeaders.sorted(by: { $0.value < $1.value }) {
            buffer.writeField("\(name): ", PercentEncoding.fieldValue(field.value(of: principal)))
        }
        return buffer
    }
}

extension ServiceDefinition.IdentityField {
    fileprivate func value(of principal: Principal) -> String {
        switch self {
        case .user: principal.login
        case .email: principal.email
        case .groups: principal.groups.joined(separator: ",")
        }
    }
}
