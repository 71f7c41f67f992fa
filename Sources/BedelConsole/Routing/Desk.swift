internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// What every handler works with: the other rooms, the templates, and ready-made answers.
struct Desk: Sendable {
    let ports: ConsolePorts
    let configuration: ConsoleConfiguration
    let templates: Templates
    let assets: AssetShelf

    /// The name under which the gateway vouches for people here.
    static let audience = "console"
    static let languageCookie = "bedel_lang"

    /// Whether to show somebody the way to something: the same question that is asked when they go there.
    func may(_ visit: Visit, _ action: Action, _ resource: Resource) -> Bool {
        let profile = visit.subject.profile
        let isHere = resource.profile != nil && resource.profile == profile?.name
        let known = isHere ? resource.whose(profileIs: profile?.state) : resource
        return ports.authorizer.decide(Question(visit.principal, action, known)).isAllowed
    }

    /// The profile of the address, as it is called today; what stands there when there is none.
    func currentName(_ visit: Visit) async throws -> Label {
        let name = try Label(checking: visit.parameters.get("profile") ?? "", of: "profile")
        return try await ports.profiles.profile(named: name)?.name ?? name
    }

    // MARK: Answers

    func page(_ page: some Page, _ visit: Visit, status: HTTPResponse.Status = .ok) throws(BedelError) -> Response {
        let framed = Framed(page: page, frame: frame(for: page, visit))
        let html = try templates.render(framed, with: type(of: page).template, in: visit.words.language)
        return text(html, type: "text/html; charset=utf-8", status: status)
    }

    /// A piece of a page, for an event stream.
    func fragment(_ content: some Sendable, _ name: String, _ visit: Visit) throws(BedelError) -> String {
        try templates.render(content, with: name, in: visit.words.language)
    }

    func text(_ text: String, type: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// See other (RFC 9110, section 15.4.4), with a notice for the next page: `done` is a key under `notice.`.
    func redirect(to address: Address, done: String? = nil) -> Response {
        redirect(toPath: done.map { address.with(["done": $0]) } ?? address.path)
    }

    func redirect(toPath location: String) -> Response {
        Response(status: .seeOther, headers: [.location: location])
    }

    /// A file to keep. The name holds nothing but labels and numbers.
    func download(_ text: String, type: String, named name: String) -> Response {
        var response = self.text(text, type: type)
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return response
    }

    func setCookie(_ name: String, _ value: String, lifetime: Duration, on response: inout Response) {
        let secure = configuration.isSecure ? "; Secure" : ""
        response.headers.append(
            HTTPField(
                name: .setCookie,
                value:
                    "\(name)=\(value); Path=/; Max-Age=\(lifetime.components.seconds); HttpOnly; SameSite=Lax\(secure)")
        )
    }

    // MARK: The frame

    private func frame(for page: some Page, _ visit: Visit) -> Frame {
        let words = visit.words
        let done = (try? visit.query())?["done"]
        return Frame(
            title: page.title, language: words.language.rawValue, languages: languageLinks(visit), trail: page.trail,
            assets: "/assets/\(assets.version)", user: visit.principal.map { .init(name: $0.name, login: $0.login) },
            viewing: viewing(visit),
            menu: visit.principal == nil ? [] : menu(visit, current: page.section),
            notice: done.map { "notice.\($0)" }.flatMap { key in words.has(key) ? words(key) : nil })
    }

    private func viewing(_ visit: Visit) -> Frame.Viewed? {
        guard visit.look == .holds, let principal = visit.principal else { return nil }
        return .init(
            text: visit.words("viewing.banner", ["name": principal.name, "login": principal.login]),
            endAction: Address.viewingEnd.path)
    }

    private func menu(_ visit: Visit, current: Section) -> [Frame.MenuEntry] {
        let places: [(Section, Address)] =
            [
                (.courses, .home), (.tokens, .tokens), (.sessions, .sessions),
            ] + (may(visit, .deploymentList, .platform) ? [(.admin, .admin(.instances))] : [])
        return places.map { section, address in
            .init(title: visit.words("menu.\(section.rawValue)"), link: address.path, isCurrent: section == current)
        }
    }

    private func languageLinks(_ visit: Visit) -> [Frame.LanguageLink] {
        let path = visit.request.method == .get ? visit.request.uri.path : "/"
        return Language.allCases.map { language in
            .init(
                code: language.rawValue, languageName: language.ownName, link: "\(path)?lang=\(language.rawValue)",
                isCurrent: language == visit.words.language)
        }
    }
}
