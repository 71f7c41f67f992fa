import BedelDomain
import Subprocess
import SystemPackage
import Testing

@testable import BedelIdentity

/// The provider's TLS is verified (RFC 9700, section 2.6; OpenID Connect Core, section 16.17).
@Suite("A provider behind TLS")
struct ProviderTLSTests {
    @Test func certificateThatNobodyVouchesForIsRefused() async throws {
        let program = """
            cd "$1" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out chain \
                -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null || exit 1
            exec openssl s_server -accept 127.0.0.1:0 -key key -cert chain -www 2>&1
            """
        let place = try TemporaryDirectory()
        _ = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", program, "sh", place.path], input: .none, output: .sequence,
            error: .discarded
        ) { execution in
            let outcome: Swift.Result<Void, any Error>
            do {
                var port: Int?
                for try await line in execution.standardOutput.strings() where line.hasPrefix("ACCEPT ") {
                    port = line.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) }
                    break
                }
                outcome = .success(try await refuse(at: try #require(port, "openssl s_server did not start")))
            } catch { outcome = .failure(error) }
            try execution.send(signal: .terminate)
            try outcome.get()
        }
    }

    private func refuse(at port: Int) async throws {
        let provider = try ProviderConfiguration(
            issuer: "https://localhost:\(port)", clientID: "bedel", clientSecret: "s", adminGroup: nil)
        try await Desk.open([provider], clock: TestClock()) { desk in
            let refused = await refusal { try await desk.signIn.begin(returnTo: "/") }
            #expect(refused?.code == .providerUnavailable)
            #expect(await desk.whyNot(port).contains("CERTIFICATE_VERIFY_FAILED"))
        }
    }
}

extension Desk {
    /// What stopped a request to that port, in the words of whoever stopped it.
    fileprivate func whyNot(_ port: Int) async -> String {
        guard let address = WebAddress("https://localhost:\(port)/") else { return "no address" }
        let refused = await refusal {
            try await ProviderHTTP(client: client, patience: .seconds(20)).get(address)
        }
        return refused?.detail ?? "it answered"
    }
}
