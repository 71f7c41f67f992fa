import Synchronization

/// Collects what is said.
final class Reports: Sendable {
    private let said = Mutex<[String]>([])

    func add(_ text: String) { said.withLock { $0.append(text) } }
    var all: [String] { said.withLock { $0 } }
}
