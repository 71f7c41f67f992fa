internal import BedelDomain

/// What the server (or the way to it) said went wrong. Stores look at it to give a better message for what they expect;
/// whatever they leave becomes a ``BedelError`` at the border of the database.
struct ServerFailure: Error {
    /// SQLSTATE (PostgreSQL manual, appendix A); empty when the failure did not come from the server.
    let state: String
    let constraint: String?
    let message: String
    var connectionLost = false

    static let connectionGone = ServerFailure(
        state: "", constraint: nil, message: "the server has closed the connection", connectionLost: true)

    /// Whether a unique constraint was violated; with a name, whether it was that one.
    func isDuplicate(in name: String? = nil) -> Bool { state == "23505" && (name == nil || name == constraint) }

    var isMissingReference: Bool { state == "23503" }

    /// Another transaction was in the way; the same again may well work (serialization failure, deadlock).
    var isWorthRetrying: Bool { state == "40001" || state == "40P01" }

    var isCancelled: Bool { state == "57014" }

    /// Class 08 and the shutdown states of class 57, or no server at all; too many connections; read-only while failing over.
    private var isAbsence: Bool {
        connectionLost || state.hasPrefix("08") || ["57P01", "57P02", "57P03", "53300", "25006"].contains(state)
    }

    var bedelError: BedelError {
        let detail = "SQLSTATE \(state.isEmpty ? "none" : state) \(constraint.map { "(\($0)) " } ?? "")\(message)"
        if isAbsence {
            return BedelError(
                .unavailable, "The database cannot be reached.", next: "Try again in a minute.", detail: detail)
        }
        if isCancelled || isWorthRetrying || state == "55P03" {
            return BedelError(
                .unavailable, "The database took too long to answer.", next: "Try again in a minute.", detail: detail)
        }
        if isDuplicate() {
            return BedelError(
                .conflict, "There is one like this already.", next: "Look at what is there, or choose another name.",
                detail: detail)
        }
        if isMissingReference {
            return BedelError(
                .notFound, "Something this belongs to is not there (any more).", next: "Load the page again.",
                detail: detail)
        }
        return .internalFailure(detail)
    }
}
