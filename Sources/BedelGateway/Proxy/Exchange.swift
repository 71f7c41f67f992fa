internal import BedelDomain
internal import NIOCore

/// One request, from its head to the end of its answer: what is known of it so far, for whoever comes next on its way
/// and for the access log.
final class Exchange {
    let id: RequestID
    let startedAt: NIODeadline
    /// Nil when it could not be read.
    var request: NormalRequest?
    /// Nil until the request was read.
    var trace: TraceContext?
    var route: Route?
    var credential: Credential?
    var known: KnownPrincipal?
    /// Its time at the replica it went to; over before it goes to another.
    var visit: Replica.Visit?
    /// Waits in the fair queue with it, or has a place there.
    var ticket: FairQueue.Ticket?
    var place: FairQueue.Place?
    var holdsPlace = false
    /// Of the client's sending or reading, whichever is waited for.
    var pace = Pace()
    /// Bytes of the body that had come when the time-outs were last looked at.
    var requestBytesSeen = -1
    /// Bytes of the body that may still come; nil: as many as there are.
    var bodyLeft: Int?
    /// Where it has failed.
    var tried: [Replica] = []
    var requestBytes = 0
    var responseBytes = 0
    /// 0: the client went away before there was any.
    var status = 0
    /// A stream of events: it may be silent for long, and it may be cut when the gateway stops.
    var isEventStream = false
    /// The credential it came with is good no longer; it has a moment left at most.
    var isWithdrawn = false

    init(id: RequestID, startedAt: NIODeadline) {
        self.id = id
        self.startedAt = startedAt
    }

    var requestID: String { id.text }
    var routeName: String { route?.kind.rawValue ?? "none" }

    var usedAuthorization: Bool {
        switch credential {
        case .bearer, .basic: true
        case .cookie, nil: false
        }
    }
}
