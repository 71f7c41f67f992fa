internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird

/// What went wrong and what to do now.
struct ErrorPage: Page {
    static let template = "error"
    let title: String
    let status: Int
    let what: String
    let original: String?
    let next: String
    /// What could be retired to make room.
    let retirable: [Retirable]
    /// The page of ours that led here, maybe with a form that was sent to its own address; nil when there is none.
    let back: String?
    let requestID: String
    let canSignIn: Bool
    /// Where that is.
    let signIn: String

    struct Retirable: Hashable, Sendable {
        let text: String
        let link: String
    }

    init(_ error: BedelError, _ visit: Visit, base: String) {
        let explanation = visit.words.explain(error)
        title = explanation.title
        status = error.code.httpStatus
        what = explanation.what
        original = explanation.original
        next = explanation.next
        retirable = Self.retirable(error, visit)
        requestID = visit.context.requestID
        // Back to the page with the form, which has to be sent once more.
        let before = visit.request.headers[.referer].map { LocalPath(ofPage: $0, at: base) } ?? LocalPath(nil)
        let isHere = visit.request.method == .get && before.text == visit.request.uri.string
        back = isHere || before.text == LocalPath(nil).text ? nil : before.text
        canSignIn = [.signInRequired, .signInFailed, .signInAgain].contains(error.code)
        signIn = error.signInDemand.map { Address.signIn($0, then: before.text) } ?? Address.login.path
    }

    private static func retirable(_ error: BedelError, _ visit: Visit) -> [Retirable] {
        guard error.arguments["advice"]?.hasPrefix("retire") == true,
            let profile = visit.parameters.get("profile").flatMap({ Label($0) })
        else { return [] }
        return (error.arguments["retirable"] ?? "").split(separator: " ").compactMap { Label(String($0)) }.map {
            model in
            Retirable(
                text: visit.words("error.retire", ["model": model.rawValue]),
                link: Address.model(profile, model).path + "#end")
        }
    }
}
