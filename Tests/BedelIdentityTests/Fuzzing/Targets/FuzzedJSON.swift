import Foundation

@testable import BedelIdentity

/// What the strict reader takes, every reader takes; and what it read can be written down and read again.
enum FuzzedJSON {
    static func run(_ input: [UInt8]) throws {
        guard let value = JSONReader.read(input) else { return }
        let again = JSONReader.read(Array(value.text.utf8))
        try FuzzFinding.unless(again == value, "reads differently once written")
        let other = try? JSONSerialization.jsonObject(with: Data(input), options: .fragmentsAllowed)
        try FuzzFinding.unless(other != nil, "accepted what another reader refuses")
        guard let members = value.object, let others = other as? [String: Any] else { return }
        try FuzzFinding.unless(Set(members.keys) == Set(others.keys), "other names than another reader finds")
        for (name, member) in members {
            if let text = member.string { try FuzzFinding.unless(others[name] as? String == text, "another text") }
            if let number = member.number {
                try FuzzFinding.unless((others[name] as? NSNumber)?.doubleValue == number, "another number")
            }
        }
    }
}
