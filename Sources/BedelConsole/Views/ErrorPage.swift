internal import BedelDomain

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

    init(_ error: BedelError, _ visit: Visit) {
        let explanation = visit.words.explain(error)
        title = explanation.title
        status = error.code.httpStatus
        what = explanation.what
        original = explanation.original
        next = explanation.next
        requestID = visit.context.requestID
        canSignIn = error.code == .signInRequired || error.code == .signInFailed
    }
}
