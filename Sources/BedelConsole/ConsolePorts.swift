package import BedelDomain

/// Everything the console needs of the other rooms.
package struct ConsolePorts: Sendable {
    package let profiles: any ProfileStore
    package let lifecycle: any ProfileLifecycle
    package let quotas: any QuotaStore
    package let enrolment: any EnrolmentStore
    package let invitationLinks: any InvitationLinks
    package let exporter: any ProfileExporter
    package let users: any UserStore
    package let viewings: any ViewingStore
    package let sessions: any SessionStore
    package let models: any ModelStore
    package let evaluationStore: any EvaluationStore
    package let jobs: any JobQueue
    package let audit: any AuditLog
    package let tokens: any AccessTokens
    package let devices: any DeviceSignIn
    package let serviceAccounts: any ServiceAccounts
    package let signIn: any SignIn
    package let assertions: any Assertions
    package let receipts: any ReceiptSigner
    package let intake: any Intake
    package let git: any GitDoor
    package let evaluations: any Evaluations
    package let instances: any InstanceDirectory
    package let signals: any Signals
    package let authorizer: any Authorizer
    package let capabilities: RunnerCapabilities
    package let time: any TimeSource

    package init(
        profiles: any ProfileStore, lifecycle: any ProfileLifecycle, quotas: any QuotaStore,
        enrolment: any EnrolmentStore, invitationLinks: any InvitationLinks, exporter: any ProfileExporter,
        users: any UserStore,
        viewings: any ViewingStore, sessions: any SessionStore, models: any ModelStore,
        evaluationStore: any EvaluationStore, jobs: any JobQueue, audit: any AuditLog, tokens: any AccessTokens,
        devices: any DeviceSignIn, serviceAccounts: any ServiceAccounts, signIn: any SignIn, assertions: any Assertions,
        receipts: any ReceiptSigner, intake: any Intake,
        git: any GitDoor, evaluations: any Evaluations, instances: any InstanceDirectory, signals: any Signals,
        authorizer: any Authorizer, capabilities: RunnerCapabilities, time: any TimeSource
    ) {
        self.profiles = profiles
        self.lifecycle = lifecycle
        self.quotas = quotas
        self.enrolment = enrolment
        self.invitationLinks = invitationLinks
        self.exporter = exporter
        self.users = users
        self.viewings = viewings
        self.sessions = sessions
        self.models = models
        self.evaluationStore = evaluationStore
        self.jobs = jobs
        self.audit = audit
        self.tokens = tokens
        self.devices = devices
        self.serviceAccounts = serviceAccounts
        self.signIn = signIn
        self.assertions = assertions
        self.receipts = receipts
        self.intake = intake
        self.git = git
        self.evaluations = evaluations
        self.instances = instances
        self.signals = signals
        self.authorizer = authorizer
        self.capabilities = capabilities
        self.time = time
    }
}
