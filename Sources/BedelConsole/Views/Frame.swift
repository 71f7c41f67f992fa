/// What stands around every page.
struct Frame: Sendable {
    let title: String
    let language: String
    let languages: [LanguageLink]
    let trail: [Crumb]
    let assets: String
    let user: Person?
    /// While an admin looks at the page as ``user`` sees it.
    let viewing: Viewed?
    let menu: [MenuEntry]
    /// Said once, after something was done.
    let notice: String?

    struct Person: Sendable {
        let name: String
        let login: String
    }

    struct Viewed: Sendable {
        let text: String
        let endAction: String
    }

    struct MenuEntry: Sendable {
        let title: String
        let link: String
        let isCurrent: Bool
    }

    struct LanguageLink: Sendable {
        let code: String
        let languageName: String
        let link: String
        let isCurrent: Bool
    }
}

/// What a template is given: the page and its frame.
struct Framed<Content: Page>: Sendable {
    let page: Content
    let frame: Frame
}
