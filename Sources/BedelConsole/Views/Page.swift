/// What a page says, in plain values; the template of the same noun says how it looks.
protocol Page: Sendable {
    /// The file in `web/templates`, without its ending.
    static var template: String { get }
    var title: String { get }
    /// The way here from home, without the page itself.
    var trail: [Crumb] { get }
    /// Which entry of the menu it belongs to.
    var section: Section { get }
}

extension Page {
    var trail: [Crumb] { [] }
    var section: Section { .courses }
}

/// One step of the way back.
struct Crumb: Hashable, Sendable {
    let title: String
    let link: String
}

enum Section: String, Sendable, CaseIterable { case courses, tokens, sessions, admin }
