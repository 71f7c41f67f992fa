/// A request's head as it came, well-formed but not yet understood.
struct RequestHead: Hashable, Sendable {
    let block: FieldBlock
    let method: Range<Int>
    let target: Range<Int>
    /// The 1 of `HTTP/1.1`.
    let minorVersion: Int
}

/// A response's head as the upstream sent it.
struct ResponseHead: Hashable, Sendable {
    let block: FieldBlock
    let status: Int
    let reason: Range<Int>
    let minorVersion: Int
}
