import BedelDomain
import Synchronization

extension House: SignIn {
    func begin(_ wish: SignInWish) async throws -> SignInRedirect {
        if wish.issuer == "https://sso.example/realms/lab" {
            throw BedelError(.providerUnavailable, "The sign-in service does not answer.", next: "Wait a minute.")
        }
        let demand = wish.demand?.fields.map { "&\($0.name)=\($0.value)" }.joined() ?? ""
        return SignInRedirect(
            location: "https://id.example/authorize?return=\(wish.returnTo)\(demand)", browser: "browser-secret",
            lifetime: .seconds(600))
    }
    func complete(
        query: String, browser: String?, inPlaceOf old: Session.ID?, host: String, in context: RequestContext
    ) async throws -> SignedIn {
        guard query != "code=used" else {
            throw BedelError(
                .signInFailed, "It was used.", next: "Start again.", arguments: ["reason": "unknown-state"])
        }
        guard query == "code=good", browser == "browser-secret" else {
            throw BedelError(.signInFailed, "The sign-in did not start in this browser.", next: "Sign in again.")
        }
        if old != nil { note("signed in again") }
        return SignedIn(
            cookie: SessionCookie(value: "sealed-for-\(host)", lifetime: .hours(8)), returnTo: "/profiles/ml-2026")
    }
    func callbackQuery(posted form: String, in context: RequestContext) async throws -> String {
        guard form == "state=s&code=c" else {
            throw BedelError(.signInFailed, "This is no answer.", next: "Start again.")
        }
        return "answer=sealed"
    }
    func signOut(_ session: Session.ID, of principal: Principal, in context: RequestContext) async throws -> String? {
        note("signOut \(principal.login)")
        return "https://id.example/logout"
    }
    func endByProvider(logoutToken: String, in context: RequestContext) async throws {
        switch logoutToken {
        case "good": note("logout by provider")
        case "away": throw BedelError(.providerUnavailable, "The provider is away.", next: "Wait.")
        default: throw BedelError(.invalidToken, "This is no logout token for this server.", next: "Check it.")
        }
    }
    func endByBrowser(issuer: String, providerSession: String, in context: RequestContext) async throws {
        note("logout by browser \(providerSession)")
    }
    func sessions(of user: User.ID) async throws -> [Session] {
        [("localhost:8080", "sid-1"), ("lab--ml-2026.localhost:8080", "sid-1"), ("localhost:8080", "sid-2")].map {
            Session(
                id: .random(at: FixedTime.now), user: user, host: $0, providerSession: $1, idToken: nil,
                remoteAddress: "192.0.2.7", createdAt: FixedTime.now, expiresAt: FixedTime.now + .seconds(3600))
        }
    }
    func end(_ session: Session.ID, of user: User.ID, by principal: Principal, in context: RequestContext) async throws
    {
        note("end \(session) by \(principal.login)")
    }
    func endAll(of user: User.ID, by principal: Principal, in context: RequestContext) async throws {
        note("end all by \(principal.login)")
    }
    func handOver(_ session: Session.ID, of principal: Principal, to host: String) async throws -> String {
        note("hand over to \(host) by \(principal.login)")
        return "code-for-\(host)"
    }
    func receiveHandover(code: String, host: String) async throws -> SessionCookie {
        guard code == "code-for-\(host)" else {
            throw BedelError(.signInFailed, "The code is used up.", next: "Start again.")
        }
        return SessionCookie(value: "sealed-for-\(host)", lifetime: .hours(8))
    }
}

extension House: AccessTokens {
    func issue(
        name: String, scopes: Set<Scope>, lifetime: Duration, to principal: Principal, in context: RequestContext
    ) async throws -> (token: AccessToken, secret: String) {
        let token = AccessToken(
            id: .random(at: FixedTime.now), user: principal.user, name: name, scopes: scopes, createdAt: FixedTime.now,
            expiresAt: FixedTime.now + lifetime)
        course.withLock { $0.tokens.insert(token, at: 0) }
        return (token, "bdl_\(token.id)_s3cret")
    }
    func list(of principal: Principal) async throws -> [AccessToken] {
        read { $0.tokens.filter { $0.user == principal.user } }
    }
    func revoke(_ id: AccessToken.ID, by principal: Principal, in context: RequestContext) async throws {
        note("revoke \(id)")
    }
    func surrender(_ text: String, in context: RequestContext) async throws { note("surrender \(text)") }
}

extension House: Assertions {
    func assertion(for principal: Principal, audience: String) throws -> (token: String, reusableUntil: Timestamp) {
        (principal.login, FixedTime.now + .seconds(60))
    }
    func verify(_ token: String, audience: String) throws -> Principal {
        guard audience == "console", let principal = principal(token) else {
            throw BedelError(.invalidToken, "The assertion is not valid.", next: "Sign in again.")
        }
        return principal
    }
    var publicKeys: String { "{\"keys\":[]}" }
}

extension House: ReceiptSigner {
    func sign(_ receipt: Receipt) throws -> String { "eyJhbGciOiJFUzI1NiJ9.\(receipt.bundle.hex).signature" }
}

extension House: Intake {
    func receive(_ upload: Upload, from principal: Principal, in context: RequestContext) async throws -> Version {
        let owner = read { $0.models.first { $0.name == upload.model }?.owner } ?? principal.user
        try authorizer.require(principal, .modelSubmit, .model(upload.model, in: upload.profile, owner: owner))
        var bytes: [UInt8] = []
        for try await piece in upload.archive {
            bytes += piece
            guard bytes.count <= 4 << 20 else { throw BedelError(.tooLarge, "More than 4 MiB.", next: "Hand in less.") }
        }
        let own = read { $0.models.filter { $0.owner == principal.user }.map(\.name) }
        let quota = read { $0.quotas[.everyMember] ?? Quota() }
        try QuotaCheck(
            isOneMember: true, allowance: Allowance(quota: quota, usage: Usage([.models: Int64(own.count)])),
            retirable: own, helpers: ["prof"]
        ).require(Usage([.models: own.contains(upload.model) ? 0 : 1]))
        uploads.withLock { $0.append(bytes) }
        note(
            "receive \(upload.profile)/\(upload.model) \(upload.assignment?.rawValue ?? "-") \(upload.source.rawValue)")
        let received = bytes.count
        return read { course in
            let known = course.versions.first { $0.modelName == upload.model } ?? course.versions[0]
            return Version(
                id: .random(at: FixedTime.now), model: known.model, profile: upload.profile, modelName: upload.model,
                owner: principal.user, ownerLogin: principal.login, number: 3, bundle: Course.digest(received),
                size: Int64(received), layout: known.layout, source: upload.source, commit: nil,
                receivedAt: FixedTime.now,
                sequence: 77, state: .received, environment: nil, fault: nil)
        }
    }
}

extension House: GitDoor {
    func serve(_ request: GitRequest, from principal: Principal?, in context: RequestContext) async throws -> GitAnswer
    {
        guard principal != nil else {
            throw BedelError(.signInRequired, "git needs a token.", next: "Use one as the password.")
        }
        var bytes: [UInt8] = []
        for try await piece in request.body { bytes += piece }
        let text =
            "\(request.method) \(request.profile)/\(request.model) \(request.service)?\(request.query) \(bytes.count)"
            + (request.namespace == request.profile ? "" : " in \(request.namespace)")
        return GitAnswer(
            status: 200, headers: [("Content-Type", "application/x-git-upload-pack-advertisement")],
            body: ByteStream(Array(text.utf8)))
    }
    func receivePush(ticket: String, push: PushedArchive) async throws -> [String] { [] }
}

extension House: Evaluations {
    func createAssignment(
        _ draft: AssignmentDraft, in profile: Label, by principal: Principal, in context: RequestContext
    ) async throws -> Assignment {
        note("createAssignment \(draft.name) \(draft.metric.rawValue) \(draft.dataset.count)")
        return Assignment(
            id: .random(at: FixedTime.now), profile: profile, name: draft.name, title: draft.title,
            description: draft.description, dataset: Course.digest(1), rowCount: 2, features: ["a"], labelColumn: "b",
            metric: draft.metric, envelope: draft.envelope, deadline: draft.deadline, createdBy: principal.user,
            createdAt: FixedTime.now)
    }
    func startRound(of assignment: Label, in profile: Label, by principal: Principal, in context: RequestContext)
        async throws
        -> Round
    {
        note("startRound \(assignment)")
        return read { $0.rounds[1] }
    }
    func stopRound(_ round: Round.ID, by principal: Principal, in context: RequestContext) async throws {
        note("stopRound \(round)")
    }
    func grades(of round: Round.ID, by principal: Principal, in context: RequestContext) async throws -> String {
        "email,grade\nana@uni.example,9.6\n"
    }
}

extension House: InstanceDirectory {
    func instances() async -> [Instance] { read { $0.instances } }
    func instance(of version: Version.ID) async -> Instance? { read { $0.instances.first { $0.version == version } } }
    func output(of version: Version.ID) async -> [String] { ["model loaded", "ready"] }
    func call(_ version: Version.ID, _ request: ModelRequest) async throws -> ModelAnswer {
        ModelAnswer(status: 200, body: Array("{\"data\":{\"ndarray\":[7]}}".utf8))
    }
}
