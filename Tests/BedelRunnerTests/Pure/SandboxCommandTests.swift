import Testing

@testable import BedelRunner

@Suite("Sandbox command")
struct SandboxCommandTests {
    private func command(_ user: SandboxCommand.User, _ network: SandboxCommand.Network = .none) -> SandboxCommand {
        SandboxCommand(
            user: user, network: network, mounts: [.init(source: "/host/bundle", target: "/bundle")], scratch: 1000,
            variables: [("HOME", "/tmp")], workingDirectory: "/bundle", command: ["/usr/bin/true"])
    }

    @Test func aModelHasNoNetworkAndReadsItsBundleOnly() {
        let options = command(.own(52_000)).options
        #expect(options.contains("--unshare-net"))
        #expect(options.contains(sequence: ["--ro-bind", "/host/bundle", "/bundle"]))
        #expect(!options.contains("--bind"))
        #expect(!options.contains(sequence: ["--ro-bind", "/etc", "/etc"]) && !options.contains("/etc/shadow"))
        for option in ["--clearenv", "--new-session", "--die-with-parent", "--unshare-pid"] {
            #expect(options.contains(option))
        }
    }

    @Test func asRootTheModelBecomesItsOwnUserAndLosesEverything() {
        let program = command(.own(52_007)).program
        #expect(program.starts(with: ["/usr/bin/setpriv", "--reuid=52007", "--regid=52007", "--clear-groups"]))
        #expect(program.contains("--no-new-privs") && program.contains("--bounding-set=-all"))
    }

    @Test func withoutRootAUserNamespaceIsMadeAndNoFurtherOne() {
        let options = command(.same).options
        #expect(options.contains("--unshare-user") && options.contains("--disable-userns"))
        #expect(command(.same).program == ["/usr/bin/true"])
    }

    @Test func onlyABuildKeepsTheNetwork() {
        #expect(!command(.rootWithoutCapabilities, .shared).options.contains("--unshare-net"))
    }
}

extension Array where Element == String {
    func contains(sequence: [String]) -> Bool {
        indices.contains { self[$0...].starts(with: sequence) }
    }
}
