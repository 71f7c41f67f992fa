import BedelDomain

/// Device authorizations kept in memory by the rules of the port; the tokens go to a ``MemoryHouse``.
actor MemoryDevices: DeviceAuthorizationStore {
    private let house: MemoryHouse
    private var rows: [Digest: (authorization: DeviceAuthorization, userCode: Digest)] = [:]
    private var tries: [User.ID: [Timestamp]] = [:]

    init(_ house: MemoryHouse) { self.house = house }

    /// The hashes of all codes that are kept.
    var hashes: [Digest] { rows.flatMap { [$0.key, $0.value.userCode] } }

    func begin(
        _ authorization: DeviceAuthorization, deviceCode: Digest, userCode: Digest, limits: DeviceLimits
    ) throws {
        guard rows.count < limits.waitingThere else { throw BedelError(.tooManyRequests, "Too many.") }
        rows[deviceCode] = (authorization, userCode)
    }

    func mayTry(_ user: User.ID, at time: Timestamp, limits: DeviceLimits) -> Bool {
        let recent = tries[user, default: []].filter { $0 > time - limits.window }
        guard recent.count < limits.tries else { return false }
        tries[user] = recent + [time]
        return true
    }

    func pending(userCode: Digest, at time: Timestamp) -> DeviceAuthorization? {
        rows.values.first {
            $0.userCode == userCode && $0.authorization.state == .pending && $0.authorization.expiresAt > time
        }?.authorization
    }

    func decide(
        _ id: DeviceAuthorization.ID, by user: User.ID, approve: Bool, at time: Timestamp, audit: AuditEvent
    ) async -> Bool {
        guard let key = key(of: id), rows[key]?.authorization.state == .pending else { return false }
        rows[key]?.authorization.state = approve ? .approved : .denied
        rows[key]?.authorization.user = user
        await house.append(audit)
        return true
    }

    func ask(deviceCode: Digest, at time: Timestamp) -> (DeviceAuthorization, DeviceAuthorization.Answer)? {
        guard var authorization = rows[deviceCode]?.authorization else { return nil }
        let answer = authorization.ask(at: time)
        rows[deviceCode]?.authorization = authorization
        return (authorization, answer)
    }

    func redeem(
        _ id: DeviceAuthorization.ID, for token: AccessToken, secretHash: Digest, audit: AuditEvent
    ) async -> Bool {
        guard let key = key(of: id), rows[key]?.authorization.state == .approved else { return false }
        rows[key]?.authorization.state = .used
        await house.create(token, secretHash: secretHash, audit: audit)
        return true
    }

    func sweep(at time: Timestamp) { rows = rows.filter { $0.value.authorization.expiresAt > time } }

    private func key(of id: DeviceAuthorization.ID) -> Digest? {
        rows.first { $0.value.authorization.id == id }?.key
    }
}

/// Service accounts kept in memory by the rules of the port.
actor MemoryServiceAccounts: ServiceAccountStore {
    private(set) var events: [AuditEvent] = []
    private var rows: [ServiceAccount] = []

    func create(_ account: ServiceAccount, audit: AuditEvent) throws {
        guard !rows.contains(where: { $0.profile == account.profile && $0.name == account.name }) else {
            throw BedelError(.conflict, "Taken.")
        }
        rows.append(account)
        events.append(audit)
    }

    func account(_ name: Label, in profile: Label) -> ServiceAccount? {
        rows.first { $0.profile == profile && $0.name == name }
    }

    func accounts(in profile: Label) -> [ServiceAccount] { rows.filter { $0.profile == profile } }

    func setDisabled(_ user: User.ID, at time: Timestamp?, audit: AuditEvent) {
        rows = rows.map { row in
            guard row.user == user else { return row }
            return ServiceAccount(
                user: row.user, profile: row.profile, name: row.name, title: row.title, createdBy: row.createdBy,
                createdAt: row.createdAt, disabledAt: time)
        }
        events.append(audit)
    }
}
