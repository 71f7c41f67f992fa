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
    let requestID: String
    let canSignIn: Bool
    /// Where that is.
    let signIn: String

    init(_ error: BedelError, _ visit: Visit, base: String) {
        let explanation = visit.words.explain(error)
        title = explanation.title
        status = error.code.httpStatus
        what = explanation.what
        original = explanation.original
        next = explanation.next
        requestID = visit.context.requestID
        canSignIn = [.signInRequired, .signInFailed, .signInAgain].contains(error.code)
        // Back to the page with the form, which has to be sent once more.
        let form = visit.request.headers[.referer].map { LocalPath(ofPage: $0, at: base) } ?? LocalPath(nil)
        signIn = error.signInDemand.map { Address.signIn($0, then: form.text) } ?? Address.login.path
    }
}
