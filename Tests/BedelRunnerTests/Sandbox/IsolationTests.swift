import BedelDomain
import Testing

@testable import BedelRunner

/// What a hostile model can do, tried by a hostile model: code that runs in the real sandbox and answers what it saw.
@Suite("Isolation", .serialized)
struct IsolationTests {
    /// Runs one expression inside a model and returns what it answered.
    private func inside(_ code: String) async throws -> String {
        let indented = code.split(separator: "\n").map { "        " + $0 }.joined(separator: "\n")
        let bundle = try await RunnerFixture.bundle(
            """
            import os, socket, ctypes, subprocess

            class Model:
                def predict(self, X, features_names=None):
            \(indented)
            """)
        var answer = ""
        try await RunnerFixture.run { runner, _ in
            let id = try await runner.startExample(bundle)
            answer = try await runner.predict(id).1
        }
        return answer
    }

    private func attempt(_ statement: String) async throws -> String {
        try await inside(
            """
            try:
                \(statement)
                return ["it worked"]
            except Exception as error:
                return [type(error).__name__]
            """)
    }

    @Test func thereIsNoNetwork() async throws {
        let answer = try await attempt("socket.create_connection(('192.0.2.1', 80), 2)")
        #expect(answer.contains("OSError"))
        let interfaces = try await inside("return [name for _, name in socket.if_nameindex()]")
        #expect(
            interfaces.contains("OSError") || interfaces.contains(#"["lo"]"#) || interfaces.contains("PermissionError"))
    }

    @Test func accountsSecretsAndTheHostsFilesAreOutOfReach() async throws {
        let answer = try await inside(
            """
            paths = ["/etc/shadow", "/etc/hosts", "/etc/ssl", "/root", "/home", "/var", "/sys", "/boot", "\(RunnerFixture.root)", "/run"]
            return [path for path in paths if os.path.exists(path)] + sorted(os.listdir("/tmp")) + ["end"]
            """)
        #expect(answer.contains(#"["end"]"#))
    }

    @Test func nothingButItsTemporaryDirectoryIsWritable() async throws {
        let answer = try await inside(
            """
            written = []
            for path in ["/", "/bundle", "/runtime", "/environment", "/usr", "/etc", "/dev", "/proc", "/tmp", "/dev/shm"]:
                try:
                    open(path + "/mark", "w").close()
                    written.append(path)
                except OSError:
                    pass
            return written
            """)
        #expect(answer.contains(#"["/tmp","/dev/shm"]"#))
    }

    @Test func itsTemporaryDirectoryIsLimited() async throws {
        let answer = try await attempt("[open(f'/tmp/{n}', 'wb').write(b'x' * 2**24) for n in range(8)]")
        #expect(answer.contains("OSError"))
    }

    @Test func itIsItsOwnUserWithoutPrivileges() async throws {
        let answer = try await inside(
            """
            status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
            names = ("Uid", "CapEff", "CapPrm", "CapBnd", "NoNewPrivs", "Seccomp")
            return [name + "=" + " ".join(status[name].split()) for name in names] + [str(len(os.environ.get("PATH")))]
            """)
        #expect(answer.contains("Uid=520"))
        for zero in ["CapEff", "CapPrm", "CapBnd"] { #expect(answer.contains("\(zero)=0000000000000000")) }
        #expect(answer.contains("NoNewPrivs=1") && answer.contains("Seccomp=2"))
    }

    @Test func twoInstancesAreTwoUsersAndSeeNothingOfEachOther() async throws {
        let bundle = try await RunnerFixture.bundle(
            """
            import os

            class Model:
                def predict(self, X, features_names=None):
                    mine = [entry for entry in os.listdir("/proc") if entry.isdigit()]
                    return [os.getuid(), len(mine)]
            """)
        try await RunnerFixture.run { runner, _ in
            let first = try await runner.startExample(bundle)
            let second = try await runner.startExample(bundle)
            let answers = [try await runner.predict(first).1, try await runner.predict(second).1]
            #expect(answers[0] != answers[1])
            #expect(answers.allSatisfy { $0.contains(",2]") })
        }
    }

    @Test func namespacesTracingAndMountsAreRefused() async throws {
        let answer = try await inside(
            """
            libc = ctypes.CDLL(None, use_errno=True)
            results = []
            for number, arguments in [(272, (0x10000000,)), (165, (0, 0, 0, 0, 0)), (101, (0,)), (321, (0, 0, 0))]:
                results.append([libc.syscall(number, *arguments), ctypes.get_errno()])
            return results
            """)
        #expect(answer.contains("[[-1,1],[-1,1],[-1,1],[-1,1]]"))
    }

    @Test func hostPathsAndInheritedFilesDoNotShow() async throws {
        let answer = try await inside(
            """
            command = open("/proc/1/cmdline").read().replace(chr(0), " ")
            files = [os.readlink("/proc/self/fd/" + name) for name in os.listdir("/proc/self/fd")
                     if os.path.exists("/proc/self/fd/" + name)]
            return [command] + [name for name in files if name.startswith("/")]
            """)
        #expect(!answer.contains("bedel-test"))
        #expect(!answer.contains(RunnerFixture.root))
    }
}
