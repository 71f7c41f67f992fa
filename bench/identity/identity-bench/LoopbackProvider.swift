import NIOCore
import NIOHTTP1
import NIOPosix
import OpenSSL
import Synchronization

/// A provider that publishes its metadata and one RSA key of 2048 bits, and signs tokens as large as Keycloak's.
final class LoopbackProvider: Sendable {
    static let subject = "4f1d8a6e-6a1f-4b0e-9a45-5a0c8e8f3c11"
    static let keyID = "bench-key"

    let key: PrivateKey
    let issuer: String
    private let channel: any Channel
    private let fetches: Fetches

    static func start() async throws -> LoopbackProvider {
        let key = try PrivateKey.generate(.rsa2048)
        let fetches = Fetches()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        ProviderHandler(key: key, issuer: Self.issuer(channel.localAddress), fetches: fetches))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LoopbackProvider(key, channel, fetches)
    }

    private init(_ key: PrivateKey, _ channel: any Channel, _ fetches: Fetches) {
        self.key = key
        self.channel = channel
        self.fetches = fetches
        issuer = Self.issuer(channel.localAddress)
    }

    func stop() async throws { try await channel.close() }

    /// When the keys were asked for.
    var keyFetches: [ContinuousClock.Instant] { fetches.moments.withLock { $0 } }

    /// An access token of Keycloak's shape; two numbers, two tokens.
    func token(_ number: Int, keyID: String = LoopbackProvider.keyID, at now: Int64) throws -> String {
        let input = Self.input(issuer, number, keyID: keyID, at: now)
        return input + "." + Base64.urlEncoded(try key.sign(Array(input.utf8), by: .rs256))
    }

    private static func input(_ issuer: String, _ number: Int, keyID: String, at now: Int64) -> String {
        let header = #"{"alg":"RS256","typ":"JWT","kid":"\#(keyID)"}"#
        let groups = (1...12).map { #""/faculty/course-\#($0)""# }.joined(separator: ",")
        let payload = """
            {"exp":\(now + 300),"iat":\(now),"auth_time":\(now),"jti":"onrtac:\(number)","iss":"\(issuer)",\
            "aud":["bedel","account"],"sub":"\(subject)","typ":"Bearer","azp":"cli","sid":"58d3e6a1-b8a8-4f0d-a1ce",\
            "acr":"1","allowed-origins":["http://localhost:8080"],"realm_access":{"roles":["offline_access",\
            "uma_authorization","default-roles-lab","student"]},"resource_access":{"bedel":{"roles":["student"]},\
            "account":{"roles":["manage-account","manage-account-links","view-profile"]}},"scope":"openid email profile",\
            "email_verified":true,"name":"Ada Lovelace","groups":[\(groups)],"preferred_username":"ada",\
            "given_name":"Ada","family_name":"Lovelace","email":"ada@lab.example"}
            """
        return Base64.urlEncoded(Array(header.utf8)) + "." + Base64.urlEncoded(Array(payload.utf8))
    }

    private static func issuer(_ address: SocketAddress?) -> String { "http://127.0.0.1:\(address?.port ?? 0)" }
}

final class Fetches: Sendable {
    let moments = Mutex<[ContinuousClock.Instant]>([])
}

private final class ProviderHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let metadata: String
    private let keySet: String
    private let fetches: Fetches

    init(key: PrivateKey, issuer: String, fetches: Fetches) {
        let parts = key.publicKey.components.mapValues(Base64.urlEncoded)
        keySet = """
            {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"\(LoopbackProvider.keyID)",\
            "n":"\(parts["n"] ?? "")","e":"\(parts["e"] ?? "")"}]}
            """
        metadata = """
            {"issuer":"\(issuer)","authorization_endpoint":"\(issuer)/auth","token_endpoint":"\(issuer)/token",\
            "jwks_uri":"\(issuer)/certs"}
            """
        self.fetches = fetches
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        if head.uri == "/certs" { fetches.moments.withLock { $0.append(.now) } }
        let body = ByteBuffer(string: head.uri == "/certs" ? keySet : metadata)
        let headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": "\(body.readableBytes)",
        ]
        context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: .ok, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
