import BedelDomain
import Testing

@testable import BedelConsole

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

private enum Preview {
    static let port = ProcessInfo.processInfo.environment["BEDEL_PREVIEW_PORT"].flatMap { Int($0) }
}

/// For whoever works on the look: `BEDEL_PREVIEW_PORT=8090 swift test --filter Preview` shows the sample course until it
/// is stopped. The console takes the gateway's word for who is there, so put `X-Bedel-Assertion: ana` on each request
/// (`prof` and `root` are the others).
@Suite("Preview", .enabled(if: Preview.port != nil, "set BEDEL_PREVIEW_PORT to look at the sample course"))
struct PreviewTests {
    @Test func theSampleCourseIsShown() async throws {
        var course = Course()
        course.addRound(
            3, .running, course.assignments[0], scores: ["digits-ana": (2, 0.964), "digits-bruno": (1, 0.944)])
        let console = try TestConsole(course, listener: .tcp(host: "127.0.0.1", port: try #require(Preview.port)))
        try await console.console.run()
    }
}
