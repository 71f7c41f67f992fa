internal import BedelDomain

/// The client's side of an opening handshake (RFC 6455, section 4.1): what is half of one is refused here, before an
/// upstream can take it for a whole one.
enum WebSocketHandshake {
    /// - Throws: `invalidRequest`.
    static func check(_ request: NormalRequest) throws(BedelError) {
        let block = request.head.block
        let version = try block.single(.webSocketVersion, called: "Sec-WebSocket-Version")
        guard let version, version.equals("13") else {
            throw .malformed("the only WebSocket version spoken here is 13")
        }
        let key = try block.single(.webSocketKey, called: "Sec-WebSocket-Key")
        guard let key, let bytes = Base64.decode(key), bytes.count == 16 else {
            throw .malformed("Sec-WebSocket-Key is not 16 bytes in base 64")
        }
    }
}
