internal import Synchronization

/// The last lines a command printed, collected from wherever it runs.
final class LastLines: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    func append(_ line: String) {
        kept.withLock { lines in
            lines.append(line)
            if lines.count > 400 { lines.removeFirst(200) }
        }
    }
}
