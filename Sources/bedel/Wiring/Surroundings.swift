import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the process was started with, read once.
struct Surroundings: Sendable {
    let environment: [String: String]
    let home: HomeDirectory

    static func current() throws -> Surroundings {
        let environment = ProcessInfo.processInfo.environment
        return Surroundings(environment: environment, home: try HomeDirectory.find(environment: environment))
    }
}
