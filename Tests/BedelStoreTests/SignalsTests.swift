import BedelDomain
import Testing

@testable import BedelStore

@Suite("Signals")
struct SignalsTests {
    @Test func everyListenerHearsWhatIsSent() async throws {
        try await withListener { house, topics in
            let second = house.signals.topics()
            try await house.signals.send(.instances)
            #expect(await Self.next(topics, after: .everything) == .instances)
            #expect(await second.first { _ in true } == .instances)
        }
    }

    @Test func aHandInIsHeardWhenItIsCommitted() async throws {
        try await withListener { house, topics in
            try await house.profile()
            let ana = try await house.person("ana")
            let version = try await house.handIn("digits", by: ana)
            var iterator = topics.makeAsyncIterator()
            var heard: Set<Topic> = []
            while heard.count < 2, let topic = await iterator.next() { heard.insert(topic) }
            #expect(heard == [.version(version.id), .jobs])
        }
    }

    @Test func aRefusedHandInIsNotHeard() async throws {
        try await withListener { house, topics in
            let ana = try await house.person("ana")
            await expectFailure(.notFound) { _ = try await house.handIn("digits", by: ana) }
            try await house.signals.send(.instances)
            #expect(await topics.first { _ in true } == .instances)
        }
    }

    @Test func endedSessionsAndChangedMembersAreHeard() async throws {
        try await withListener { house, topics in
            let profile = try await house.profile()
            let ana = try await house.person("ana")
            try await house.profiles.setMember(ana.id, role: .student, in: profile.id, audit: .test("member.edit"))
            #expect(await topics.first { _ in true } == .access)
            let session = Session(
                id: .random(at: noon), user: ana.id, host: "localhost", providerSession: nil, idToken: nil,
                createdAt: noon, expiresAt: noon + .seconds(60))
            try await house.sessions.create(session)
            try await house.sessions.end(session.id, audit: .test("session.end"))
            #expect(await topics.first { _ in true } == .access)
        }
    }

    @Test func afterABrokenConnectionEverythingIsToBeLookedAtAgain() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            try await Self.listening(to: House(database)) { house, topics in
                try await database.execute(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND query LIKE 'LISTEN%'
                    """)
                #expect(await topics.first { _ in true } == .everything)
                try await house.signals.send(.jobs)
                #expect(await topics.first { _ in true } == .jobs)
            }
        }
    }

    @Test func whenNobodyListensAnyMoreTheStreamsEnd() async throws {
        try await PrivatePostgres.shared().withDatabase { database in
            let signals = PostgresSignals(database)
            let topics = signals.topics()
            let running = Task { try await signals.run() }
            #expect(await topics.first { _ in true } == .everything)
            running.cancel()
            try await running.value
            #expect(await topics.first { _ in true } == nil)
        }
    }

    private static func next(_ topics: AsyncStream<Topic>, after passed: Topic) async -> Topic? {
        await topics.first { $0 != passed }
    }

    private func withListener(_ body: (House, AsyncStream<Topic>) async throws -> Void) async throws {
        try await PrivatePostgres.shared().withDatabase { try await Self.listening(to: House($0), body) }
    }

    /// `body` once somebody listens; what was heard up to then is gone.
    private static func listening(
        to house: House, _ body: (House, AsyncStream<Topic>) async throws -> Void
    ) async throws {
        let topics = house.signals.topics()
        let running = Task { try await house.signals.run() }
        #expect(await topics.first { _ in true } == .everything)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(house, topics)) } catch { outcome = .failure(error) }
        running.cancel()
        try await running.value
        try outcome.get()
    }
}

@Suite("A listener's mailbox")
struct MailboxTests {
    @Test func aTopicWaitsOnceHoweverOftenItWasSaid() async {
        let mailbox = Mailbox()
        for topic in [Topic.jobs, .access, .jobs, .jobs] { mailbox.put(topic) }
        mailbox.put(.instances)
        #expect(await [mailbox.next(), mailbox.next(), mailbox.next()] == [.jobs, .access, .instances])
    }

    @Test func moreThanItHoldsBecomesEverything() async {
        let mailbox = Mailbox()
        for _ in 0...Mailbox.capacity { mailbox.put(.version(.random(at: noon))) }
        mailbox.put(.jobs)
        #expect(await [mailbox.next(), mailbox.next()] == [.everything, .jobs])
    }

    @Test func aClosedOneEndsItsReader() async {
        let mailbox = Mailbox()
        async let waiting = mailbox.next()
        mailbox.close()
        #expect(await waiting == nil)
        mailbox.put(.jobs)
        #expect(await mailbox.next() == nil)
    }

    @Test func aCancelledReaderStops() async {
        let audience = Audience()
        let reader = Task {
            var heard = 0
            for await _ in audience.join() { heard += 1 }
            return heard
        }
        reader.cancel()
        #expect(await reader.value == 0)
    }
}
