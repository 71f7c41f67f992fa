import BedelDomain
import Synchronization

@testable import BedelConsole

/// Every port of the console, in memory, over one ``Course``.
final class House: Sendable {
    let course: Mutex<Course>
    /// What was asked of it, in order, for tests to look at.
    let calls = Mutex<[String]>([])
    let uploads = Mutex<[[UInt8]]>([])
    let signals = MemorySignals()
    let authorizer: any Authorizer

    init(_ course: Course = Course(), policies: String = "") throws {
        self.course = Mutex(course)
        // The rules that are shipped, so that pages and policies are tested together.
        authorizer = try CedarAuthorizer.shipped(and: policies)
    }

    func read<Value>(_ body: (Course) -> sending Value) -> sending Value { course.withLock { body($0) } }
    func note(_ call: String) { calls.withLock { $0.append(call) } }

    var ports: ConsolePorts {
        ConsolePorts(
            profiles: self, lifecycle: self, quotas: self, enrolment: self, invitationLinks: self,
            exporter: self, users: self, viewings: self,
            sessions: self, models: self,
            evaluationStore: self, jobs: self, audit: self, tokens: self, devices: self, serviceAccounts: self,
            signIn: self, assertions: self, receipts: self, intake: self, git: self, evaluations: self,
            instances: self, signals: signals, authorizer: authorizer,
            capabilities: RunnerCapabilities(
                description: "bubblewrap 0.8.0, cgroup v1",
                enforced: [.memory, .cpu, .processes, .network, .filesystem, .ownUser],
                missing: [.systemCalls: "this bubblewrap takes no filter"]), time: FixedTime())
    }

    /// The principal whose assertion is `login`, `token:<login>:<scope>,<scope>` or `provider:<login>`.
    func principal(_ text: String) -> Principal? {
        let parts = text.split(separator: ":").map(String.init)
        let login = parts.count > 1 ? parts[1] : parts[0]
        return read { course in
            guard let user = course.users.first(where: { $0.login == login }) else { return nil }
            let proof: Principal.Proof =
                switch parts[0] {
                case "token":
                    .accessToken(
                        .random(at: FixedTime.now),
                        Set(parts[2].split(separator: ",").compactMap { Scope(rawValue: String($0)) }))
                case "provider": .providerToken
                default: .session(.random(at: FixedTime.now))
                }
            return Principal(user: user, roles: Self.roles(of: user.id, in: course), proof: proof)
        }
    }

    static func roles(of user: User.ID, in course: Course) -> [Label: Role] {
        var roles: [Label: Role] = [:]
        for member in course.members where member.user == user {
            if let profile = course.profiles.first(where: { $0.id == member.profile }) {
                roles[profile.name] = member.role
            }
        }
        return roles
    }
}

/// Signals within one process, for as many listeners as there are.
final class MemorySignals: Signals {
    private let listeners = Mutex<[AsyncStream<Topic>.Continuation]>([])

    func send(_ topic: Topic) async throws {
        for listener in listeners.withLock({ $0 }) { listener.yield(topic) }
    }

    func topics() -> AsyncStream<Topic> {
        let (stream, continuation) = AsyncStream<Topic>.makeStream()
        listeners.withLock { $0.append(continuation) }
        return stream
    }
}
