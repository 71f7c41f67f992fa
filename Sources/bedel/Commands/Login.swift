import ArgumentParser
import BedelDomain
import Glibc

struct Login: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign in to a Bedel server from this machine.",
        discussion: """
            Shows a code that you type into a page of the server's, in any browser on any machine; the token that comes of it \
            is kept in ~/.config/bedel for you alone. “bedel credential setup” then lets git use it.
            """)

    @OptionGroup var target: ServerOption

    @Option(help: "What the token may do: read, submit, predict, evaluate, manage; separated by commas.")
    var scopes = "read,submit,predict"

    @Option(help: "Days the token lives, 1 to 366.")
    var days = 90

    @Flag(help: "Read a token of your tokens page from standard input instead.")
    var withToken = false

    func run() async throws {
        try await Reporting.errors {
            let file = try target.file()
            guard let address = try target.server ?? file.standardServer() else {
                throw BedelError(
                    .invalidRequest, "There is no server to sign in to.",
                    next: "Name it: bedel login --server https://…")
            }
            try await LabServer.with(address) { server in
                let token = withToken ? try Self.tokenFromInput() : try await letIn(by: server)
                let me = try await server.me(token)
                try file.keep(.init(login: me.login, token: token), for: server.address)
                print("Signed in to \(server.address) as \(me.login).")
                print("For git: bedel credential setup")
            }
        }
    }

    private func letIn(by server: LabServer) async throws -> String {
        let wanted = scopes.split(separator: ",").map { $0.filter { $0 != " " } }
        let codes = try await server.begin(clientName: "bedel on \(Self.hostName())", scopes: wanted, days: days)
        print("Your code: \(codes.user_code)")
        print("Open \(codes.verification_uri) in a browser and type it in.")
        var polling = DevicePolling(interval: .seconds(codes.interval ?? 5))
        let end = ContinuousClock.now + .seconds(codes.expires_in)
        var step = DevicePolling.Step.wait(polling.interval)
        while case .wait(let pause) = step {
            try await ContinuousClock().sleep(for: pause)
            guard ContinuousClock.now < end else {
                step = polling.next(after: .error("expired_token"))
                break
            }
            step = polling.next(after: await server.ask(codes))
        }
        switch step {
        case .done(let token): return token
        case .fail(let message, let next): throw BedelError(.signInFailed, message, next: next)
        case .wait: throw BedelError.internalFailure("left off waiting")
        }
    }

    private static func tokenFromInput() throws -> String {
        guard let line = readLine(strippingNewline: true), line.hasPrefix("bdl_") else {
            throw BedelError(
                .invalidToken, "There is no access token on standard input.",
                next: "It begins with bdl_ and is one line.")
        }
        return line
    }

    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "a machine" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
