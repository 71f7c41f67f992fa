/// What one decision evaluates against, and what it has worked out already: parts of conditions that several policies
/// have in common are evaluated for the first of them only (``SharedParts``).
struct Frame: ~Copyable {
    let store: EntityStore
    let parties: Parties
    let context: Record
    /// One bit for each shared part: whether it is worked out, and whether it holds.
    private var known: UInt64 = 0
    private var holding: UInt64 = 0
    /// The values of the shared parts that are not yes or no, in the order in which they came up, and where each is.
    private var values: ContiguousArray<Value> = []
    private var places: InlineArray<64, UInt8> = .init(repeating: 0)

    init(_ parties: Parties, _ request: AuthorizationRequest, _ store: EntityStore) {
        self.parties = parties
        self.store = store
        context = request.context
    }

    init(_ request: AuthorizationRequest, _ store: EntityStore) {
        self.init(Parties(request, store), request, store)
    }

    /// The entity behind a variable; nil for the context.
    @inline(__always)
    func party(_ variable: Variable) -> Party? {
        switch variable {
        case .principal: parties.principal
        case .action: parties.action
        case .resource: parties.resource
        case .context: nil
        }
    }

    func value(_ variable: Variable) -> Value {
        party(variable).map { .entity($0.uid) } ?? .record(context)
    }

    // MARK: - Shared parts

    /// Whether a shared part holds; nil when nobody has asked yet.
    @inline(__always)
    func truth(of part: SharedParts.Number) -> Bool? {
        known & part.bit == 0 ? nil : holding & part.bit != 0
    }

    mutating func keep(_ truth: Bool, for part: SharedParts.Number) {
        known |= part.bit
        if truth { holding |= part.bit }
    }

    /// The value of a shared part; nil when nobody has asked yet.
    @inline(__always)
    func value(of part: SharedParts.Number) -> Value? {
        known & part.bit == 0 ? nil : values[Int(places[part.index])]
    }

    mutating func keep(_ value: Value, for part: SharedParts.Number) {
        if values.isEmpty { values.reserveCapacity(4) }
        known |= part.bit
        places[part.index] = UInt8(values.count)
        values.append(value)
    }
}
