internal import BedelDomain
internal import Logging

/// What all event loops share: everything that never changes while the gateway runs.
struct House: Sendable {
    let configuration: GatewayConfiguration
    let router: Router
    let normaliser: RequestNormaliser
    let credentials: CredentialReader
    let doorkeeper: Doorkeeper
    let headers: HeaderRewriter
    let assertions: any Assertions
    let denials: any DenialRecorder
    let clock: any TimeSource
    let desk: AuthenticationDesk
    let waker: (any ModelWaker)?
    let logger: Logger
    let accessLog: (any AccessLogSink)?
    /// Nil: nothing is recorded.
    let spans: (any SpanSink)?
    /// A whole header line, or nothing.
    let strictTransport: String

    init(
        configuration: GatewayConfiguration, authorizer: any Authorizer, assertions: any Assertions,
        denials: any DenialRecorder, clock: any TimeSource, desk: AuthenticationDesk,
        waker: (any ModelWaker)?, logger: Logger, accessLog: (any AccessLogSink)?,
        spans: (any SpanSink)?
    ) {
        self.configuration = configuration
        strictTransport = configuration.tls?.strictTransportField ?? ""
        let scheme = configuration.scheme
        router = Router()
        normaliser = RequestNormaliser(scheme: scheme, base: configuration.baseAuthority)
        credentials = CredentialReader(isSecure: configuration.isSecure)
        doorkeeper = Doorkeeper(scheme: scheme, baseAuthority: configuration.baseAuthority, authorizer: authorizer)
        headers = HeaderRewriter(scheme: scheme)
        self.assertions = assertions
        self.denials = denials
        self.clock = clock
        self.desk = desk
        self.waker = waker
        self.logger = logger
        self.accessLog = accessLog
        self.spans = spans
    }
}
