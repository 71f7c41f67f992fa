/// The groups an entity is in: few, and asked for often, so they lie side by side in the order of their hashes.
struct AncestorSet: Sendable {
    static let empty = AncestorSet([])

    let uids: ContiguousArray<EntityUID>

    /// Repeats count once.
    init(_ uids: some Sequence<EntityUID>) {
        var kept: ContiguousArray<EntityUID> = []
        for uid in uids.sorted(by: { $0.hash < $1.hash }) {
            let isRepeated = kept.reversed().prefix { $0.hash == uid.hash }.contains(uid)
            if !isRepeated { kept.append(uid) }
        }
        self.uids = kept
    }

    var count: Int { uids.count }
    var isEmpty: Bool { uids.isEmpty }

    func contains(_ uid: EntityUID) -> Bool {
        var index = uids.count <= 8 ? 0 : firstIndex(from: uid.hash)
        while index < uids.count, uids[index].hash <= uid.hash {
            if uids[index] == uid { return true }
            index += 1
        }
        return false
    }

    /// Where the hashes begin that are not smaller.
    private func firstIndex(from hash: Int) -> Int {
        var low = 0
        var high = uids.count
        while low < high {
            let middle = (low + high) / 2
            if uids[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
