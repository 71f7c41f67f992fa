import Testing

/// What must not stand in the sources, or only with its reason.
@Suite("What the sources do without")
struct ForbiddenTests {
    @Test(arguments: ["try!", "fatalError(", "as!"])
    func nothingTrapsWhereAnErrorIsDue(_ text: String) throws {
        let places = try House.swiftFiles(in: "Sources").flatMap { $0.places { $0.contains(text) } }
        #expect(places.isEmpty, "\(text) at \(places)")
    }

    @Test func nothingIsLeftForLater() throws {
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
        for folder in ["Sources", "Tests"] {
            for file in try House.swiftFiles(in: folder) {
                for (index, line) in file.lines.enumerated() {
                    #expect(!words.contains { line.contains($0) }, "\(file.path):\(index + 1)")
                }
            }
        }
    }

    @Test func uncheckedSendableHasItsReasonAbove() throws {
        for folder in ["Sources", "Tests"] {
            for file in try House.swiftFiles(in: folder) {
                for (index, line) in file.code.enumerated() where line.contains("@unchecked Sendable") {
                    #expect(file.hasComment(above: index), "\(file.path):\(index + 1)")
                }
            }
        }
    }

    /// A `Task { }` that nobody waits for outlives whoever made it; what lives long is a `Service`.
    @Test func noTaskIsDetached() throws {
        let places = try House.swiftFiles(in: "Sources").flatMap { $0.places { $0.contains("Task.detached") } }
        #expect(places.isEmpty, "\(places)")
    }

    /// A test waits for a signal or a condition. Where only looking again helps, because what is waited for is outside the
    /// process, the reason stands above. An hour is no wait: it is work that goes on until it is cancelled.
    @Test func testsDoNotSleepWithoutAReason() throws {
        let calls = ["Task.sleep", "usleep(", "nanosleep(", "Thread.sleep"]
        for file in try House.swiftFiles(in: "Tests") {
            for (index, line) in file.code.enumerated() where calls.contains(where: { line.contains($0) }) {
                let isEndless = line.contains(".seconds(3600)")
                #expect(isEndless || file.hasComment(above: index), "\(file.path):\(index + 1)")
            }
        }
    }
}
