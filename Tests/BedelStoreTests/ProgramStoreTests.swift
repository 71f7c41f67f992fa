import BedelDomain
import Testing

@Suite("Service accounts")
struct ServiceAccountStoreTests {
    private func account(_ name: Label, by person: User, in profile: Label = "ml-2026") -> ServiceAccount {
        ServiceAccount(
            user: .random(at: noon), profile: profile, name: name, title: "Grades", createdBy: person.id,
            createdAt: noon)
    }

    @Test func accountIsAUserWhoIsAConsumerThereAndNoMember() async throws {
        try await withHouse { house in
            let profile = try await house.profile()
            let prof = try await house.person("prof")
            let account = account("gradebook", by: prof)
            try await house.serviceAccounts.create(account, audit: .test("service-account.created"))
            #expect(try await house.serviceAccounts.account("gradebook", in: "ml-2026") == account)
            #expect(try await house.serviceAccounts.accounts(in: "ml-2026") == [account])
            #expect(try await house.users.roles(of: account.user) == ["ml-2026": .consumer])
            #expect(try await house.users.user(account.user)?.login == "service:ml-2026/gradebook")
            #expect(try await house.users.users().map(\.login) == ["prof"])
            #expect(try await house.profiles.members(of: profile.id).isEmpty)
            #expect(try await house.auditedActions().last == "service-account.created")
        }
    }

    @Test func nameIsTakenOnceInAProfile() async throws {
        try await withHouse { house in
            try await house.profile()
            try await house.profile("lab")
            let prof = try await house.person("prof")
            let first = account("gradebook", by: prof)
            try await house.serviceAccounts.create(first, audit: .test("a"))
            let error = await #expect(throws: BedelError.self) {
                try await house.serviceAccounts.create(account("gradebook", by: prof), audit: .test("b"))
            }
            #expect(error?.code == .conflict)
            try await house.serviceAccounts.create(account("gradebook", by: prof, in: "lab"), audit: .test("c"))
            let missing = await #expect(throws: BedelError.self) {
                try await house.serviceAccounts.create(account("x", by: prof, in: "none"), audit: .test("d"))
            }
            #expect(missing?.code == .notFound)
        }
    }

    @Test func disabledOneIsRefusedAtOnceAndEverywhere() async throws {
        try await withHouse { house in
            try await house.profile()
            let prof = try await house.person("prof")
            let account = account("gradebook", by: prof)
            try await house.serviceAccounts.create(account, audit: .test("a"))
            let token = AccessToken(
                id: .random(at: noon), user: account.user, name: "nightly", scopes: ServiceAccount.scopes,
                createdAt: noon, expiresAt: noon + .seconds(3600))
            try await house.tokens.create(token, secretHash: .test(1), audit: .test("b"))
            #expect(try await house.tokens.find(token.id)?.token == token)
            let time = noon + .seconds(60)
            try await house.serviceAccounts.setDisabled(account.user, at: time, audit: .test("disabled"))
            try await house.serviceAccounts.setDisabled(account.user, at: time, audit: .test("disabled"))
            #expect(try await house.tokens.find(token.id)?.token.revokedAt == time)
            #expect(try await house.users.roles(of: account.user).isEmpty)
            try await house.serviceAccounts.setDisabled(account.user, at: nil, audit: .test("enabled"))
            #expect(try await house.tokens.find(token.id)?.token == token)
            #expect(try await house.users.roles(of: account.user) == ["ml-2026": .consumer])
            #expect(try await house.auditedActions().suffix(2) == ["disabled", "enabled"])
        }
    }
}

@Suite("Device authorizations")
struct DeviceAuthorizationStoreTests {
    private func waiting(from address: String = "192.0.2.7") -> DeviceAuthorization {
        DeviceAuthorization(
            id: .random(at: noon), client: "laptop", scopes: [.read, .submit], tokenLifetime: .seconds(86_400),
            remoteAddress: address, createdAt: noon, expiresAt: noon + .seconds(600))
    }

    private func begin(_ house: House, _ code: UInt8 = 1, from address: String = "192.0.2.7") async throws
        -> DeviceAuthorization
    {
        let waiting = waiting(from: address)
        try await house.devices.begin(
            waiting, deviceCode: .test(code), userCode: .test(code + 100), limits: DeviceLimits())
        return waiting
    }

    private func token(of user: User) -> AccessToken {
        AccessToken(
            id: .random(at: noon), user: user.id, name: "laptop", scopes: [.read], createdAt: noon,
            expiresAt: noon + .seconds(60))
    }

    @Test func codeLeadsToWhatWaitsUntilItIsDecidedOrOver() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let waiting = try await begin(house)
            #expect(try await house.devices.pending(userCode: .test(101), at: noon) == waiting)
            #expect(try await house.devices.pending(userCode: .test(1), at: noon) == nil)
            #expect(try await house.devices.pending(userCode: .test(101), at: waiting.expiresAt) == nil)
            let isDecided = try await house.devices.decide(
                waiting.id, by: ana.id, approve: false, at: noon, audit: .test("device.approve"))
            #expect(isDecided)
            #expect(try await house.devices.pending(userCode: .test(101), at: noon) == nil)
            let isDecidedAgain = try await house.devices.decide(
                waiting.id, by: ana.id, approve: true, at: noon, audit: .test("device.approve"))
            #expect(!isDecidedAgain)
            #expect(try await house.devices.ask(deviceCode: .test(1), at: noon)?.1 == .denied)
            #expect(try await house.auditedActions() == ["sign-in.succeeded", "device.approve"])
        }
    }

    @Test func whoeverAsksTooOftenWaitsLonger() async throws {
        try await withHouse { house in
            _ = try await begin(house)
            func ask(after seconds: Int) async throws -> DeviceAuthorization.Answer? {
                try await house.devices.ask(deviceCode: .test(1), at: noon + .seconds(seconds))?.1
            }
            #expect(try await ask(after: 0) == .pending)
            #expect(try await ask(after: 4) == .slowDown)
            #expect(try await ask(after: 10) == .slowDown)
            #expect(try await ask(after: 25) == .pending)
            #expect(try await ask(after: 600) == .expired)
            #expect(try await house.devices.ask(deviceCode: .test(9), at: noon) == nil)
        }
    }

    @Test func ofManyWhoRedeemOneGetsTheToken() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let waiting = try await begin(house)
            let early = try await house.devices.redeem(
                waiting.id, for: token(of: ana), secretHash: .test(7), audit: .test("token.created"))
            #expect(!early)
            _ = try await house.devices.decide(
                waiting.id, by: ana.id, approve: true, at: noon, audit: .test("device.approve"))
            #expect(try await house.devices.ask(deviceCode: .test(1), at: noon)?.1 == .approved(by: ana.id))
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    let token = token(of: ana)
                    group.addTask {
                        try await house.devices.redeem(
                            waiting.id, for: token, secretHash: .test(7), audit: .test("token.created"))
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
            #expect(try await house.tokens.tokens(of: ana.id).count == 1)
            #expect(try await house.devices.ask(deviceCode: .test(1), at: noon + .seconds(5))?.1 == .used)
            #expect(try await house.auditedActions().filter { $0 == "token.created" }.count == 1)
        }
    }

    @Test func triesAreCountedEvenWhenTheyComeAtOnce() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            let eva = try await house.person("eva")
            let allowed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<40 {
                    group.addTask { try await house.devices.mayTry(ana.id, at: noon, limits: DeviceLimits()) }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(allowed == 20)
            #expect(try await house.devices.mayTry(eva.id, at: noon, limits: DeviceLimits()))
            #expect(try await !house.devices.mayTry(ana.id, at: noon + .seconds(599), limits: DeviceLimits()))
            #expect(try await house.devices.mayTry(ana.id, at: noon + .seconds(600), limits: DeviceLimits()))
        }
    }

    @Test func nobodyFillsTheTable() async throws {
        try await withHouse { house in
            for number in 0..<20 { _ = try await begin(house, UInt8(number)) }
            let error = await #expect(throws: BedelError.self) { try await begin(house, 20) }
            #expect(error?.code == .tooManyRequests)
            _ = try await begin(house, 21, from: "198.51.100.1")
            try await house.devices.sweep(at: noon + .seconds(4200))
            #expect(try await house.devices.ask(deviceCode: .test(0), at: noon) == nil)
        }
    }
}
