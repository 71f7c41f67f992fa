/// "Look again": what changed, never how. Carried between processes by the database; may be lost or doubled, so whoever
/// listens reads the truth anew, and once more after every reconnect.
package protocol Signals: Sendable {
    func send(_ topic: Topic) async throws
    /// Everything from now on; ends with the process. A slow listener keeps only the newest of each topic.
    func topics() -> AsyncStream<Topic>
}

package enum Topic: Hashable, Sendable {
    /// A version or its log moved.
    case version(Version.ID)
    case round(Round.ID)
    /// Members, sessions, tokens: whoever caches who-is-who forgets it now.
    case access
    /// What runs where.
    case instances
    /// Somebody calls this model: it is to be awake.
    case asked(profile: Label, model: Label)
    /// There is work.
    case jobs
    /// The listener was away for a while: anything may have changed.
    case everything

    package var text: String {
        switch self {
        case .version(let id): "version:\(id)"
        case .round(let id): "round:\(id)"
        case .access: "access"
        case .instances: "instances"
        case .asked(let profile, let model): "asked:\(profile)/\(model)"
        case .jobs: "jobs"
        case .everything: "everything"
        }
    }

    package init?(text: String) {
        switch text {
        case "access": self = .access
        case "instances": self = .instances
        case "jobs": self = .jobs
        case "everything": self = .everything
        default:
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return nil }
            switch parts[0] {
            case "version":
                guard let id = Version.ID(parts[1]) else { return nil }
                self = .version(id)
            case "round":
                guard let id = Round.ID(parts[1]) else { return nil }
                self = .round(id)
            case "asked":
                let names = parts[1].split(separator: "/", omittingEmptySubsequences: false).map { Label(String($0)) }
                guard names.count == 2, let profile = names[0], let model = names[1] else { return nil }
                self = .asked(profile: profile, model: model)
            default: return nil
            }
        }
    }
}
