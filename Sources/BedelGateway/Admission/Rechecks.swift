internal import BedelDomain

/// Credentials to be shown again because of what is open with them, a few at a time: ten thousand open streams must not
/// become ten thousand questions at once. A value: it asks nobody and knows no clock.
struct Rechecks<Holder: AnyObject> {
    private var holders: [Credential: [ObjectIdentifier: Holder]] = [:]
    private var queue: [Credential] = []
    /// Nobody could say; to be asked again.
    private var doubtful: [Credential] = []
    private(set) var underWay = 0
    private let limit: Int

    /// - Parameter limit: questions under way at any time.
    init(limit: Int) { self.limit = limit }

    /// Begins anew: whatever was to be asked before is among these, or of no more use.
    mutating func restart(with all: some Sequence<(credential: Credential, holder: Holder)>) {
        holders.removeAll(keepingCapacity: true)
        doubtful.removeAll()
        for (credential, holder) in all { holders[credential, default: [:]][ObjectIdentifier(holder)] = holder }
        queue = Array(holders.keys)
    }

    /// One more, beside those there are.
    mutating func add(_ credential: Credential, of holder: Holder) {
        if holders[credential] == nil { queue.append(credential) }
        holders[credential, default: [:]][ObjectIdentifier(holder)] = holder
    }

    /// The next to ask about; nil when enough are under way, or none is left.
    mutating func next() -> Credential? {
        while underWay < limit, let credential = queue.popLast() {
            guard holders[credential] != nil else { continue }
            underWay += 1
            return credential
        }
        return nil
    }

    /// An answer has come, whatever it says.
    mutating func answered() { underWay -= 1 }

    /// The answer counts.
    /// - Returns: whoever it is for; each gets one answer.
    mutating func settle(_ credential: Credential) -> [Holder] {
        holders.removeValue(forKey: credential).map { Array($0.values) } ?? []
    }

    /// The answer was that nobody knows.
    mutating func doubt(_ credential: Credential) {
        if holders[credential] != nil { doubtful.append(credential) }
    }

    /// It is time to ask about the doubtful ones again.
    mutating func retry() {
        queue += doubtful
        doubtful.removeAll()
    }
}
