/// Something that is known to be there because a `has` or `hasTag` before it was true.
struct Capability: Hashable {
    enum Name: Hashable {
        case attribute(Text)
        case tag(Expression)
    }

    let object: Expression
    let name: Name
}

/// What checking an expression gave.
struct Typing {
    /// Nil when it has an error; that is then already noted.
    let type: SchemaType?
    /// What is known to be there if the expression is true.
    var capabilities: Set<Capability> = []

    static let failed = Typing(type: nil)

    init(_ type: SchemaType?, _ capabilities: Set<Capability> = []) {
        self.type = type
        self.capabilities = capabilities
    }

    private init(type: SchemaType?) { self.type = type }
}
