import Foundation

/// The same JSON through a reader that is not ours: what our rules let pass is looked at once more with its eyes.
struct SecondReader {
    let members: [String: Any]

    init(_ bytes: some Sequence<UInt8>) throws(FuzzFinding) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)),
            let members = object as? [String: Any]
        else { throw FuzzFinding("accepted what another reader does not take for a JSON object") }
        self.members = members
    }

    func has(_ name: String) -> Bool { members[name] != nil }
    func text(_ name: String) -> String? { members[name] as? String }
    func number(_ name: String) -> Double? { (members[name] as? NSNumber)?.doubleValue }
    /// One string, or a list of them.
    func texts(_ name: String) -> [String] {
        (members[name] as? String).map { [$0] } ?? members[name] as? [String] ?? []
    }
    func object(_ name: String) -> [String: Any]? { members[name] as? [String: Any] }
}
