import BedelDomain
import BedelGateway
import Foundation
import Logging

/// The gateway that is measured: everything a request meets is real (routing, the shipped policies, rates, the fair
/// queue, the access log); what only a first request asks for answers by itself.
enum Subject {
    private static let profile = known(Label("ml-2026"))
    private static let model = known(Label("digits"))
    private static let token = String(repeating: "eyJhbGciOiJSUzI1NiIs", count: 40)
    private static let user = known(User.ID("00000000000000000000000000"))

    /// What programs send, with a token of 800 bytes.
    static let request = Array(
        """
        GET /seldon/ml-2026/digits/api/v1.0/predictions HTTP/1.1\r
        Host: bedel.test:8080\r
        Authorization: Bearer \(token)\r
        User-Agent: python-requests/2.32\r
        Accept: */*\r
        Accept-Encoding: gzip, deflate\r
        \r\n
        """.utf8)

    static func gateway(policies: String) throws -> Gateway {
        var configuration = GatewayConfiguration(
            listener: .init(host: "127.0.0.1", port: 0), baseAuthority: "bedel.test:8080", isSecure: false)
        configuration.fairUse.user = RequestRate(perSecond: 1e6, burst: 1e6)
        return Gateway(
            configuration: configuration, authenticator: Door(), authorizer: try CedarAuthorizer(texts(policies)),
            assertions: Seal(), denials: Nobody(), clock: Clock(), logger: Logger(label: "budget"), accessLog: Nowhere()
        )
    }

    static func snapshot(upstream: Int) -> GatewaySnapshot {
        GatewaySnapshot(
            console: .unixSocket(path: "/nowhere"),
            endpoints: [
                .init(
                    profile: profile, model: model, owner: nil, state: .ready,
                    address: .tcp(host: "127.0.0.1", port: upstream))
            ], profiles: [profile])
    }

    private static func texts(_ folder: String) throws -> PolicyTexts {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let files = try names.filter { $0.hasSuffix(".cedar") || $0.hasSuffix(".cedarschema") }.map {
            PolicyTexts.File(name: $0, text: try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8))
        }
        let isSchema = { (file: PolicyTexts.File) in file.name.hasSuffix(".cedarschema") }
        guard let schema = files.first(where: isSchema) else { throw BedelError.internalFailure("there is no schema") }
        return PolicyTexts(schema: schema, policies: files.filter { !isSchema($0) })
    }

    private static func known<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a name that stands here is well formed") }
        return value
    }

    // MARK: What a warm request does not meet

    private struct Door: Authenticator {
        func authenticate(_ credential: Credential) async throws -> (principal: Principal, until: Timestamp) {
            let principal = Principal(
                user: user, login: "ana", name: "Ana", email: "ana@uni.test", groups: [], isAdmin: false,
                roles: [profile: .teacher], proof: .providerToken)
            return (principal, Clock().now() + .seconds(3600))
        }
    }

    private struct Seal: Assertions {
        let publicKeys = ""

        func assertion(for principal: Principal, audience: String) throws -> (token: String, reusableUntil: Timestamp) {
            (String(repeating: "sealed.by-nobody", count: 24), Clock().now() + .seconds(3600))
        }

        func verify(_ token: String, audience: String) throws -> Principal {
            throw BedelError.internalFailure("nobody asks")
        }
    }

    private struct Nobody: DenialRecorder {
        func record(_ event: AuditEvent) -> Bool { true }
    }

    private struct Clock: TimeSource {
        func now() -> Timestamp { Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
    }

    private struct Nowhere: AccessLogSink {
        func write(_ lines: UnsafeRawBufferPointer) {}
    }
}
