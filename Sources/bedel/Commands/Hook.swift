import ArgumentParser
import BedelSubmissions

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

struct Hook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What git runs while a push is under way.", shouldDisplay: false, subcommands: [PreReceive.self])

    struct PreReceive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "pre-receive", shouldDisplay: false)

        func run() async throws {
            let hook = PreReceiveHook(environment: ProcessInfo.processInfo.environment) { print($0) }
            var refs: [String] = []
            while let line = readLine() { refs.append(line) }
            let status = await hook.run(standardInput: refs)
            throw ExitCode(status)
        }
    }
}
