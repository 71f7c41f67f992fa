internal import BedelDomain

/// What the last few instances said before they ended: the owner wants to read it after the crash, not before.
struct PastInstances: Sendable {
    private struct Record {
        var output: [String]
        var fault: BedelError?
    }

    private var records: [Instance.ID: Record] = [:]
    private var order: [Instance.ID] = []

    static let limit = 256

    mutating func keep(_ id: Instance.ID, output: [String], fault: BedelError?) {
        if records.updateValue(Record(output: output, fault: fault), forKey: id) == nil { order.append(id) }
        if order.count > Self.limit { records[order.removeFirst()] = nil }
    }

    func output(of id: Instance.ID) -> [String] { records[id]?.output ?? [] }
    func fault(of id: Instance.ID) -> BedelError? { records[id]?.fault }
}
