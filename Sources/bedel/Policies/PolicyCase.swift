import BedelDomain
import Yams

/// One paragraph of a file of cases: who may, and may not, do what to what.
///
/// ```yaml
/// - name: Students look after their own models
///   who: student               # a role, stranger (signed in, no role there) or nobody (not signed in)
///   token: [read]              # asks with an access token of these scopes; left out: signed in
///   on: model                  # platform, profile, model, assignment, round, service or token
///   whose: own                 # own or another's (the default)
///   where: here                # here (the default), or elsewhere: in a profile where the role does not count
///   state: archived            # of the profile: active (the default), suspended or archived
///   may: [model.view]
///   may-not: [model.predict]
///   signed-in: 20m             # asks in a session that was signed in so long ago; left out: it is not said
///   acr: gold                  # and with this level
///   because: scope             # the reason of every refusal: anonymous, scope, not-a-member, role, suspended, archived or
///                              # sign-in
/// ```
struct PolicyCase: Decodable {
    let name: String
    let who: String
    let token: [String]?
    let on: String
    let whose: Whose?
    let place: Place?
    let state: Profile.State?
    let may: [String]?
    let mayNot: [String]?
    let signedIn: Duration?
    let level: String?
    let because: String?

    enum Whose: String, Decodable { case own, anothers = "another's" }
    enum Place: String, Decodable { case here, elsewhere }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, who, token, on, whose, state, may, because
        case signedIn = "signed-in"
        case level = "acr"
        case place = "where"
        case mayNot = "may-not"
    }

    init(from decoder: any Decoder) throws {
        try Self.refuseOthers(decoder)
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        who = try fields.decode(String.self, forKey: .who)
        token = try fields.decodeIfPresent([String].self, forKey: .token)
        on = try fields.decode(String.self, forKey: .on)
        whose = try Self.word(fields, .whose)
        place = try Self.word(fields, .place)
        state = try Self.word(fields, .state)
        may = try fields.decodeIfPresent([String].self, forKey: .may)
        mayNot = try fields.decodeIfPresent([String].self, forKey: .mayNot)
        signedIn = try Self.span(fields, .signedIn)
        level = try fields.decodeIfPresent(String.self, forKey: .level)
        because = try Self.reason(fields, .because)
    }

    private static func span(
        _ fields: KeyedDecodingContainer<CodingKeys>, _ key: CodingKeys
    ) throws -> Duration? {
        guard let text = try fields.decodeIfPresent(String.self, forKey: key) else { return nil }
        guard let span = SignInDemand.span(text) else {
            throw BedelError(.invalidRequest, "“\(key.rawValue)” cannot be “\(text)”.", next: "Write it like “1h30m”.")
        }
        return span
    }

    private static func reason(
        _ fields: KeyedDecodingContainer<CodingKeys>, _ key: CodingKeys
    ) throws -> String? {
        let text = try fields.decodeIfPresent(String.self, forKey: key)
        guard text != Decision.signInReason else { return text }
        let reason: Decision.Reason? = try word(fields, key)
        return reason?.rawValue
    }

    private static func word<Word: RawRepresentable<String>>(
        _ fields: KeyedDecodingContainer<CodingKeys>, _ key: CodingKeys
    ) throws -> Word? {
        guard let text = try fields.decodeIfPresent(String.self, forKey: key) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw BedelError(.invalidRequest, "“\(key.rawValue)” cannot be “\(text)”.", next: help)
        }
        return word
    }

    /// A misspelt key would make a case that checks nothing.
    private static func refuseOthers(_ decoder: any Decoder) throws {
        let known = Set(CodingKeys.allCases.map(\.rawValue))
        let strange = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
            .filter { !known.contains($0) }.sorted()
        guard strange.isEmpty else {
            throw BedelError(.invalidRequest, "“\(strange[0])” is nothing that a case has.", next: help)
        }
    }

    private static let help = "policies/README.md shows a case with every key."

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension PolicyCase {
    /// A decision that is not as it should be.
    struct Failure {
        let text: String
    }

    /// How many decisions the case is about.
    var count: Int { (may?.count ?? 0) + (mayNot?.count ?? 0) }

    /// Asks for every action named.
    func failures(_ authorizer: some Authorizer) throws(BedelError) -> [Failure] {
        guard count > 0 else {
            throw BedelError(.invalidRequest, "“\(name)” asks nothing.", next: "Give it “may” or “may-not”.")
        }
        var scopes: Set<Scope>?
        if let token { scopes = try Scope.named(token) }
        var asker = try Asker(naming: who, scopes: scopes)
        if signedIn != nil || level != nil { asker.signIn(ago: signedIn, level: level) }
        var failures: [Failure] = []
        for (actions, isAllowed) in [(may ?? [], true), (mayNot ?? [], false)] {
            for action in actions {
                let question = try question(asker, action)
                let decision = authorizer.decide(question)
                guard !fits(decision, isAllowed) else { continue }
                failures.append(failure(question, decision, wanted: isAllowed))
            }
        }
        return failures
    }

    private func question(_ asker: Asker, _ action: String) throws(BedelError) -> Question {
        let kind = try Resource.Kind(naming: on)
        let principal = asker.principal(in: Self.here)
        let owner = whose == .own ? principal?.user : Asker.somebodyElse
        let profile = place == .elsewhere ? Self.elsewhere : Self.here
        let resource =
            switch kind {
            case .platform: Resource.platform
            case .token, .session: Resource(kind, "t", owner: owner)
            case .profile: Resource(.profile, profile?.rawValue ?? "", profile: profile)
            case .model: Resource(.model, "digits", profile: profile, owner: owner)
            case .assignment, .round, .service: Resource(kind, "digits", profile: profile)
            }
        let isInside = resource.profile != nil
        return Question(
            principal, try Action(naming: action), resource.whose(profileIs: isInside ? state ?? .active : nil))
    }

    private func fits(_ decision: Decision, _ isAllowed: Bool) -> Bool {
        guard decision.isAllowed == isAllowed else { return false }
        guard let reason = decision.refusal, let because else { return true }
        return reason == because
    }

    private func failure(_ question: Question, _ decision: Decision, wanted: Bool) -> Failure {
        let found =
            switch decision {
            case .allow(let policy): "is allowed by \(policy)"
            case .deny, .signInAgain: "is refused (\(decision.refusal ?? ""))"
            }
        let expected = wanted ? "allowed" : "refused" + (because.map { " (\($0))" } ?? "")
        return Failure(
            text: "\(name): \(who), \(question.action) on \(question.resource) \(found), expected \(expected)")
    }

    private static let here = Label("here")
    private static let elsewhere = Label("elsewhere")
}

extension PolicyCase {
    /// - Throws: ``BedelError`` naming the file and what is wrong in it.
    static func read(_ path: String) throws -> [PolicyCase] {
        do {
            let cases = try YAMLDecoder().decode([PolicyCase].self, from: TextFile.read(path))
            guard !cases.isEmpty else { throw BedelError(.invalidRequest, "There are no cases in it.", next: help) }
            return cases
        } catch {
            let cause = reason(error)
            throw BedelError(
                .invalidRequest, "\(path)\(cause.map { ": \($0.message)" } ?? " is no list of cases.")",
                next: cause?.next ?? help, detail: cause == nil ? PlainReason.ofYAML(error) : "")
        }
    }

    /// What we threw while decoding, out of what the decoder wraps it in.
    private static func reason(_ error: any Error) -> BedelError? {
        if case DecodingError.dataCorrupted(let context) = error { return context.underlyingError as? BedelError }
        return error as? BedelError
    }
}
