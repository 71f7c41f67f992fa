package import BedelDomain

/// Every address of the console, once: routes are registered with it and links are built from it.
///
/// A nil in place of a name stands for "any", and gives the pattern the router matches: `profile(nil)` is
/// `/profiles/{profile}`.
package indirect enum Address: Hashable, Sendable {
    /// The same place, for programs: under `/api/v1`.
    case api(Address)
    /// The same place, for those who run the platform: under `/admin`.
    case admin(Address)

    case home
    case login, callback, logout, handover, enter
    /// Where a provider says that somebody signed out there: by itself, or through the browser.
    case backChannelLogout, frontChannelLogout
    case asset(version: String?, file: String?)
    case favicon
    /// Where the `type` of a problem leads.
    case problem(code: String?)
    case openAPI, me

    case profiles
    case profile(Label?)
    case members(Label?)
    case memberRemoval(Label?, login: String?)
    case groupRules(Label?)
    case memberDisabling(Label?, login: String?)
    case memberEnabling(Label?, login: String?)
    case invitationWithdrawal(Label?)
    case invitationLinks(Label?)
    case invitationLink(Label?, InvitationLink.ID?)
    case invitationLinkRevocation(Label?, InvitationLink.ID?)
    /// Where an invitation link leads.
    case join(String?)
    case roster(Label?)
    case rosterApplication(Label?)
    case access(Label?)
    case settings(Label?)
    case profileName(Label?)
    case profileState(Label?)
    case profileDeletion(Label?)
    case profileRestoration
    /// Everything of it as a tar.
    case profileArchive(Label?)
    case profileAudit(Label?)
    case profileAuditFile(Label?)
    case quota(Label?)

    case handIn(Label?)
    case models(Label?)
    case model(Label?, Label?)
    case modelEvents(Label?, Label?)
    case modelTry(Label?, Label?)
    case modelRetirement(Label?, Label?)
    case versions(Label?, Label?)
    case version(Label?, Label?, Int?)
    case versionLog(Label?, Label?, Int?)
    case receipt(Label?, Label?, Int?)
    case buildStop(Label?, Label?, Int?)
    /// What git speaks to; the rest of the path is git's own.
    case git(Label?, Label?)

    case assignments(Label?)
    case newAssignment(Label?)
    case assignment(Label?, Label?)
    case rounds(Label?, Label?)
    case round(Label?, Label?, Int?)
    case roundEvents(Label?, Label?, Int?)
    case roundStop(Label?, Label?, Int?)
    case leaderboard(Label?, Label?, Int?)
    case grades(Label?, Label?, Int?)

    case tokens
    case token(AccessToken.ID?)
    case tokenRevocation(AccessToken.ID?)
    /// Where a program without a browser is let in, and what it talks to.
    case device, deviceDecision
    case oauthDevice, oauthToken, oauthRevocation
    case wellKnownKeys, wellKnownServer

    case serviceAccounts(Label?)
    case serviceAccountDisabling(Label?, Label?)
    case serviceAccountEnabling(Label?, Label?)
    case serviceAccountTokens(Label?, Label?)
    case serviceAccountToken(Label?, Label?, AccessToken.ID?)
    case serviceAccountTokenRevocation(Label?, Label?, AccessToken.ID?)

    case sessions
    case session(Session.ID?)
    case sessionsOfUser(User.ID?)
    case sessionEnd(Session.ID?)
    case allSessionsEnd
    case userSignOut(User.ID?)

    /// Look at pages as that person sees them, and stop.
    case userViewing(User.ID?)
    case viewingEnd

    case instances, jobs, audit, auditFile, users

    /// The path of a link, or the router's pattern where something is nil.
    package var path: String {
        switch self {
        case .api(let address): "/api/v1\(address.path)"
        case .admin(let address): "/admin\(address.path)"
        case .home: "/"
        case .login: "/login"
        case .callback: "/login/callback"
        case .logout: "/logout"
        case .backChannelLogout: "/logout/backchannel"
        case .frontChannelLogout: "/logout/frontchannel"
        case .handover: "/handover"
        case .enter: "/.bedel/enter"
        case .asset(let version, let file): "/assets/\(any(version, "version"))/\(any(file, "file"))"
        case .favicon: "/favicon.ico"
        case .problem(let code): "/problems/\(any(code, "code"))"
        case .openAPI: "/openapi.json"
        case .me: "/me"
        case .tokens: "/tokens"
        case .token(let id): "/tokens/\(any(id, "token"))"
        case .tokenRevocation(let id): "/tokens/\(any(id, "token"))/revoke"
        case .sessions: "/sessions"
        case .session(let id): "/sessions/\(any(id, "session"))"
        case .sessionsOfUser(let id): "/users/\(any(id, "user"))/sessions"
        case .sessionEnd(let id): "/sessions/\(any(id, "session"))/end"
        case .allSessionsEnd: "/sessions/end-all"
        case .userSignOut(let id): "/users/\(any(id, "user"))/sign-out"
        case .userViewing(let id): "/users/\(any(id, "user"))/view"
        case .viewingEnd: "/viewing/end"
        case .device: "/device"
        case .deviceDecision: "/device/decision"
        case .oauthDevice: "/oauth/device"
        case .oauthToken: "/oauth/token"
        case .oauthRevocation: "/oauth/revoke"
        case .wellKnownKeys: "/.well-known/jwks.json"
        case .wellKnownServer: "/.well-known/oauth-authorization-server"
        case .instances: "/instances"
        case .jobs: "/jobs"
        case .audit: "/audit"
        case .auditFile: "/audit.jsonl"
        case .users: "/users"
        case .join(let secret): "/join/\(any(secret, "secret"))"
        case .profiles: "/profiles"
        case .profileRestoration: "/profiles/restore"
        case .profile(let profile): "/profiles/\(any(profile, "profile"))"
        default: pathInProfile
        }
    }

    private var pathInProfile: String {
        switch self {
        case .members(let profile): within(profile, "members")
        case .memberRemoval(let profile, let login): within(profile, "members/\(any(login, "login"))/remove")
        case .groupRules(let profile): within(profile, "group-rules")
        case .memberDisabling(let profile, let login): within(profile, "members/\(any(login, "login"))/disable")
        case .memberEnabling(let profile, let login): within(profile, "members/\(any(login, "login"))/enable")
        case .invitationWithdrawal(let profile): within(profile, "invitations/withdraw")
        case .invitationLinks(let profile): within(profile, "invitation-links")
        case .invitationLink(let profile, let id): within(profile, "invitation-links/\(any(id, "link"))")
        case .invitationLinkRevocation(let profile, let id): Address.invitationLink(profile, id).path + "/revoke"
        case .roster(let profile): within(profile, "roster")
        case .rosterApplication(let profile): within(profile, "roster/apply")
        case .access(let profile): within(profile, "access")
        case .settings(let profile): within(profile, "settings")
        case .profileName(let profile): within(profile, "name")
        case .profileState(let profile): within(profile, "state")
        case .profileDeletion(let profile): within(profile, "delete")
        case .quota(let profile): within(profile, "quota")
        case .profileArchive(let profile): within(profile, "export.tar")
        case .profileAudit(let profile): within(profile, "audit")
        case .profileAuditFile(let profile): within(profile, "audit.jsonl")
        case .handIn(let profile): within(profile, "hand-in")
        case .models(let profile): within(profile, "models")
        case .model(let profile, let model): within(profile, "models/\(any(model, "model"))")
        case .modelEvents(let profile, let model): Address.model(profile, model).path + "/events"
        case .modelTry(let profile, let model): Address.model(profile, model).path + "/try"
        case .modelRetirement(let profile, let model): Address.model(profile, model).path + "/retire"
        case .versions(let profile, let model): Address.model(profile, model).path + "/versions"
        case .version(let profile, let model, let number):
            Address.model(profile, model).path + "/versions/\(any(number, "number"))"
        case .versionLog(let profile, let model, let number): Address.version(profile, model, number).path + "/log"
        case .receipt(let profile, let model, let number): Address.version(profile, model, number).path + "/receipt"
        case .buildStop(let profile, let model, let number): Address.version(profile, model, number).path + "/stop"
        case .git(let profile, let model): "/git/\(any(profile, "profile"))/\(any(model, "model")).git"
        default: pathInAssignment
        }
    }

    private var pathInAssignment: String {
        switch self {
        case .assignments(let profile): within(profile, "assignments")
        case .newAssignment(let profile): within(profile, "new-assignment")
        case .assignment(let profile, let name): within(profile, "assignments/\(any(name, "assignment"))")
        case .rounds(let profile, let name): Address.assignment(profile, name).path + "/rounds"
        case .round(let profile, let name, let number):
            Address.assignment(profile, name).path + "/rounds/\(any(number, "number"))"
        case .roundEvents(let profile, let name, let number): Address.round(profile, name, number).path + "/events"
        case .roundStop(let profile, let name, let number): Address.round(profile, name, number).path + "/stop"
        case .leaderboard(let profile, let name, let number): Address.round(profile, name, number).path + "/leaderboard"
        case .grades(let profile, let name, let number): Address.round(profile, name, number).path + "/grades.csv"
        default: pathOfServiceAccount
        }
    }

    private var pathOfServiceAccount: String {
        switch self {
        case .serviceAccounts(let profile): within(profile, "service-accounts")
        case .serviceAccountDisabling(let profile, let name): account(profile, name) + "/disable"
        case .serviceAccountEnabling(let profile, let name): account(profile, name) + "/enable"
        case .serviceAccountTokens(let profile, let name): account(profile, name) + "/tokens"
        case .serviceAccountToken(let profile, let name, let id):
            account(profile, name) + "/tokens/\(any(id, "token"))"
        case .serviceAccountTokenRevocation(let profile, let name, let id):
            account(profile, name) + "/tokens/\(any(id, "token"))/revoke"
        default: "/"
        }
    }

    private func account(_ profile: Label?, _ name: Label?) -> String {
        "\(Address.serviceAccounts(profile).path)/\(any(name, "account"))"
    }

    private func within(_ profile: Label?, _ rest: String) -> String { "\(Address.profile(profile).path)/\(rest)" }

    private func any(_ value: (some CustomStringConvertible)?, _ name: String) -> String {
        value.map { QueryText.encode($0.description) } ?? "{\(name)}"
    }
}

extension Address {
    /// To the provider for a better sign-in, and back to this path.
    static func signIn(_ demand: SignInDemand, then path: String) -> String {
        Address.login.with(["to": path])
            + demand.fields.map { "&\($0.name)=\(QueryText.encode($0.value))" }.joined()
    }

    /// The link with a query; values are encoded here.
    func with(_ query: KeyValuePairs<String, String>) -> String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\($0.key)=\(QueryText.encode($0.value))" }.joined(separator: "&")
    }
}
