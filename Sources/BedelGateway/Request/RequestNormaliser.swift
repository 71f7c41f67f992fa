internal import BedelDomain

/// Brings a request to its one form, or refuses it. Pure: the same bytes always give the same answer.
final class RequestNormaliser: Sendable {
    private let scheme: String
    private let base: String

    /// - Parameters:
    ///   - scheme: `http` or `https`, by which browsers come.
    ///   - base: the server's own authority, in the form of ``Authority/normalise(_:scheme:)``.
    init(scheme: String, base: String) {
        self.scheme = scheme
        self.base = base
    }

    /// - Parameter hosts: those asked for before, which saves reading them again.
    /// - Throws: `invalidRequest`, `methodNotAllowed`.
    func normalise(_ head: RequestHead, _ hosts: inout HostNames) throws(BedelError) -> NormalRequest {
        let block = head.block
        let method = try method(block[head.method])
        let framing = try BodyFraming.of(head)
        guard let host = try block.single(.host, called: "Host") else { throw .malformed("it has no Host") }
        let name = try hosts.name(host) { field throws(BedelError) in
            HostName(try Authority.normalise(field, scheme: scheme), base: base)
        }
        let target = try originForm(block[head.target], authority: name.authority)
        let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        let query = target[mark...]
        guard query.allSatisfy(ByteClass.query.contains) else {
            throw .malformed("the address has a character that has to be percent-encoded")
        }
        return NormalRequest(
            head: head, method: method, host: name, path: try RequestPath.normalise(target[..<mark]),
            query: query, framing: framing, keepsAlive: head.minorVersion == 1 && !block.connectionHas("close"),
            expectsContinue: try expectsContinue(head, framing),
            wantsWebSocket: method == .get && framing == .none && head.minorVersion == 1 && asksForWebSocket(block))
    }

    /// CONNECT would make a tunnel to anywhere and TRACE shows what the gateway added, so neither exists here.
    private func method(_ name: ArraySlice<UInt8>) throws(BedelError) -> NormalRequest.Method {
        if name.equals("GET") { return .get }
        if name.equals("POST") { return .post }
        if name.equals("HEAD") { return .head }
        if name.equals("PUT") { return .put }
        if name.equals("DELETE") { return .delete }
        if name.equals("OPTIONS") { return .options }
        if name.equals("PATCH") { return .patch }
        guard !name.matches(lowercase: "connect"), !name.matches(lowercase: "trace") else {
            throw BedelError(
                .methodNotAllowed, "The method \(name.text) is not offered here.", next: "Use another method.")
        }
        return .other
    }

    /// The path and query of a request target (RFC 9112, section 3.2). An absolute target must name the Host's host.
    private func originForm(_ target: ArraySlice<UInt8>, authority: String) throws(BedelError) -> ArraySlice<UInt8> {
        if target.first == UInt8(ascii: "/") { return target }
        for prefix: StaticString in ["http://", "https://"] {
            let count = prefix.utf8CodeUnitCount
            guard target.count > count, target.prefix(count).matches(lowercase: prefix) else { continue }
            let rest = target.dropFirst(count)
            let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard slash < rest.endIndex, try Authority.normalise(rest[..<slash], scheme: scheme) == authority else {
                break
            }
            return rest[slash...]
        }
        throw .malformed("the request target is neither a path nor an address on the Host that is named")
    }

    private func asksForWebSocket(_ block: FieldBlock) -> Bool {
        guard block.has(.upgrade), block.connectionHas("upgrade") else { return false }
        let protocols = block.values(of: .upgrade)
        return protocols.count == 1 && protocols[0].matches(lowercase: "websocket")
    }

    private func expectsContinue(_ head: RequestHead, _ framing: BodyFraming) throws(BedelError) -> Bool {
        guard let value = try head.block.single(.expect, called: "Expect") else { return false }
        guard value.matches(lowercase: "100-continue") else {
            throw .malformed("only “100-continue” can be expected here")
        }
        return head.minorVersion == 1 && framing != .none
    }
}
