internal import AsyncHTTPClient
internal import BedelDomain
internal import NIOCore
internal import NIOHTTP1

/// HTTP to a model over its Unix socket. A model is not trusted: it may be slow, endless, or point elsewhere.
struct ModelClient: Sendable {
    private let client: HTTPClient
    /// Bytes of an answer.
    private let limit: Int

    init(limit: Int) {
        // A redirect would let a model send Bedel's request to any address that Bedel can reach.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.idleTimeout = .seconds(30)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        self.limit = limit
    }

    /// True when the model says that it is ready; waits as long as it takes to answer.
    func isReady(_ socket: String) async throws -> Bool {
        let request = HTTPClientRequest(url: Self.url(socket, "/v2/health/ready"))
        let response = try await client.execute(request, deadline: .distantFuture)
        _ = try await response.body.collect(upTo: 64 << 10)
        return response.status == .ok
    }

    /// Waits as long as it takes; whoever calls sets the limit by cancelling.
    /// - Throws: `modelAnswerInvalid` when the answer is too large; otherwise whatever went wrong with the connection.
    func post(_ request: ModelRequest, to socket: String) async throws -> ModelAnswer {
        var message = HTTPClientRequest(url: Self.url(socket, request.path))
        message.method = .POST
        message.headers.add(name: "Content-Type", value: "application/json")
        message.body = .bytes(ByteBuffer(bytes: request.body))
        let response = try await client.execute(message, deadline: .distantFuture)
        do {
            let body = try await response.body.collect(upTo: limit)
            return ModelAnswer(status: Int(response.status.code), body: Array(buffer: body))
        } catch is NIOTooManyBytesError {
            throw BedelError(
                .modelAnswerInvalid, "The model's answer is larger than \(limit >> 20) MiB.",
                next: "Answer one value, or one row of values, for each row asked.")
        }
    }

    func shutdown() async { try? await client.shutdown() }

    private static func url(_ socket: String, _ path: String) -> String {
        let digits = Array("0123456789ABCDEF")
        let host = socket.utf8.reduce(into: "") { text, byte in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95: text.append(Character(UnicodeScalar(byte)))
            default: text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return "http+unix://\(host)\(path)"
    }
}
