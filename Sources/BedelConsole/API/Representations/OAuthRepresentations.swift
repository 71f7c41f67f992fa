internal import BedelDomain

/// RFC 8628, section 3.2.
struct DeviceCodesRepresentation: Represented {
    static let name = "DeviceCodes"
    static let members: [String: Schema] = [
        "device_code": .string, "user_code": .string, "verification_uri": .string,
        "verification_uri_complete": .string, "expires_in": .integer, "interval": .integer,
    ]
    let deviceCode: String
    let userCode: String
    let verificationUri: String
    let verificationUriComplete: String
    let expiresIn: Int64
    let interval: Int64

    init(_ codes: DeviceCodes, base: String) {
        deviceCode = codes.deviceCode
        userCode = codes.userCode
        verificationUri = base + Address.device.path
        verificationUriComplete = base + Address.device.with(["code": codes.userCode])
        expiresIn = codes.lifetime.components.seconds
        interval = codes.interval.components.seconds
    }
}

/// RFC 6749, section 5.1.
struct GrantRepresentation: Represented {
    static let name = "Grant"
    static let members: [String: Schema] = [
        "access_token": .string, "token_type": .string, "expires_in": .integer, "scope": .string,
    ]
    let accessToken: String
    let tokenType = "Bearer"
    let expiresIn: Int64
    let scope: String

    init(_ token: AccessToken, secret: String, at now: Timestamp) {
        accessToken = secret
        expiresIn = (token.expiresAt - now).components.seconds
        scope = token.scopes.map(\.rawValue).sorted().joined(separator: " ")
    }
}
