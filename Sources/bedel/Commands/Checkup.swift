import ArgumentParser
import AsyncHTTPClient
import BedelDomain
import BedelIdentity
import Logging
import NIOPosix

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct Checkup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Hold a configuration against this machine, and say what is wrong and what to do.",
        discussion: """
            Changes nothing. Run it as the account that Bedel runs under, before the first start and whenever something is \
            strange; it may run beside a running Bedel. Ends with status 1 if there is a problem; warnings alone end with 0.
            """)

    @Option(help: "The configuration file.")
    var config = "/etc/bedel/bedel.yaml"

    @Flag(help: "As a JSON array of objects with check, level (good, warning, problem), message and next.")
    var json = false

    func run() async throws {
        try await Reporting.errors {
            let found = try await examine()
            print(try json ? Self.list(found) : Self.text(found))
            if found.contains(where: { $0.level == .problem }) { throw ExitCode(1) }
        }
    }

    private func examine() async throws -> [Diagnosis] {
        let surroundings = try Surroundings.current()
        let configuration: ServerConfiguration
        let keys: [Diagnosis]
        do {
            configuration = try ServerConfiguration.read(config, environment: surroundings.environment)
            keys = KeyCheck.examine(try TextFile.read(config), readAs: configuration, path: config)
        } catch {
            let error = BedelError.wrapping(error)
            return [.problem("configuration", error.message, next: error.next)]
        }
        let http = HTTPClient(configuration: ProviderHTTP.clientConfiguration)
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        var logger = Logger(label: "bedel.doctor")
        logger.logLevel = .critical
        let doctor = Doctor(
            configuration: configuration, path: config, surroundings: surroundings, clock: SystemClock(), http: http,
            threads: threads, logger: logger)
        let found = await doctor.examine()
        try await http.shutdown()
        try await threads.shutdownGracefully()
        return keys + found
    }

    private static func list(_ found: [Diagnosis]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(found), as: UTF8.self)
    }

    /// For people: a mark, what was looked at, what was found, and on the next line what to do.
    static func text(_ found: [Diagnosis]) -> String {
        let width = found.map(\.check.count).max() ?? 0
        let lines = found.map { diagnosis in
            let space = String(repeating: " ", count: width - diagnosis.check.count)
            let first = "\(diagnosis.level.mark) \(diagnosis.check)\(space)  \(diagnosis.message)"
            guard let next = diagnosis.next else { return first }
            return first + "\n" + String(repeating: " ", count: width + 4) + "→ " + next
        }
        let problems = found.count { $0.level == .problem }
        let warnings = found.count { $0.level == .warning }
        let sum =
            problems + warnings == 0
            ? "All is well."
            : "\(problems) \(problems == 1 ? "problem" : "problems"), \(warnings) \(warnings == 1 ? "warning" : "warnings")."
        return (lines + ["", sum]).joined(separator: "\n")
    }
}

extension Diagnosis.Level {
    fileprivate var mark: String {
        switch self {
        case .good: "✓"
        case .warning: "!"
        case .problem: "✗"
        }
    }
}
