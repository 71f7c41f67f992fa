internal import BedelDomain

/// A state in a word and a tone. The word says it all; the tone is only for the eye.
struct Badge: Hashable, Sendable {
    enum Tone: String, Sendable { case neutral, busy, good, bad }

    let text: String
    let tone: String

    init(_ text: String, _ tone: Tone) {
        self.text = text
        self.tone = tone.rawValue
    }

    init(_ state: Version.State, _ words: Words) {
        let tone: Tone =
            switch state {
            case .received: .neutral
            case .building: .busy
            case .ready: .good
            case .failed: .bad
            }
        self.init(words("state.version.\(state.rawValue)"), tone)
    }

    init(_ state: Instance.State, _ words: Words) {
        let tone: Tone =
            switch state {
            case .starting: .busy
            case .ready: .good
            case .failed: .bad
            case .stopped: .neutral
            }
        self.init(words("state.instance.\(state.rawValue)"), tone)
    }

    init(_ state: Round.State, _ words: Words) {
        let tone: Tone =
            switch state {
            case .queued, .stopped: .neutral
            case .running: .busy
            case .finished: .good
            case .failed: .bad
            }
        self.init(words("state.round.\(state.rawValue)"), tone)
    }
}

/// Why something failed, with what to do.
struct Trouble: Hashable, Sendable {
    let heading: String
    let what: String
    let original: String?
    let next: String
    /// Whose fault it was, in words.
    let blame: String

    init(_ fault: Fault, _ words: Words) {
        let explanation = words.explain(fault.error)
        heading = explanation.title
        what = explanation.what
        original = explanation.original
        next = explanation.next
        blame = words("blame.\(fault.blame.rawValue)")
    }
}
