import BedelDomain
import Testing

@testable import BedelSubmissions

@Suite("What should run")
struct DeploymentPlanTests {
    private var now = Timestamp(seconds: 1_800_000_000)
    private var plan = DeploymentPlan()

    static func version(_ number: Int, of model: Model.ID, sequence: Int64? = nil) -> Version {
        Version(
            id: .random(at: Timestamp(seconds: Int64(number))), model: model, profile: label("ml-2026"),
            modelName: label("m-\(model.rawValue.suffix(6))"), owner: .random(at: Timestamp(seconds: 0)),
            ownerLogin: "ana",
            number: number, bundle: AuditRecord.genesis, size: 1,
            layout: BundleLayout(runtime: .python, entry: "M", requirements: ""), source: .web, commit: nil,
            receivedAt: Timestamp(seconds: 0), sequence: sequence ?? Int64(number), state: .ready,
            environment: AuditRecord.genesis, fault: nil)
    }

    static func model() -> Model.ID { .random(at: Timestamp(seconds: 0)) }
    private let address = Instance.Address.unixSocket(path: "/s")

    private mutating func apply(_ event: DeploymentPlan.Event) -> [DeploymentPlan.Action] { plan.apply(event, at: now) }

    /// Starts a version and says it is ready.
    private mutating func serve(_ version: Version) throws -> Instance.ID {
        let id = try #require(Self.starts(apply(.desired([version]))).first)
        _ = apply(.started(id, address))
        return id
    }

    private static func starts(_ actions: [DeploymentPlan.Action]) -> [Instance.ID] {
        actions.compactMap { if case .start(_, let id) = $0 { id } else { nil } }
    }

    private static func leaves(_ actions: [DeploymentPlan.Action]) -> [Instance.ID] {
        actions.compactMap { if case .leave(let id) = $0 { id } else { nil } }
    }

    private static func stops(_ actions: [DeploymentPlan.Action]) -> [Instance.ID] {
        actions.compactMap { if case .stop(let id) = $0 { id } else { nil } }
    }

    @Test mutating func onlyTwoStartAtOnceOldestFirst() throws {
        let versions = (1...5).map { Self.version($0, of: Self.model()) }
        let first = apply(.desired(versions.shuffled()))
        let started = first.compactMap { if case .start(let version, _) = $0 { version.number } else { nil } }
        #expect(started == [1, 2])
        let next = apply(.started(Self.starts(first)[0], address))
        #expect(Self.starts(next).count == 1)
        #expect(plan.instances.filter { $0.state == .ready }.map(\.number) == [1])
    }

    @Test mutating func sameWishTwiceDoesNothing() throws {
        let version = Self.version(1, of: Self.model())
        _ = try serve(version)
        #expect(apply(.desired([version])).isEmpty)
    }

    @Test mutating func oldVersionGoesOnlyWhenTheNewOneIsReady() throws {
        let model = Self.model()
        let old = try serve(Self.version(1, of: model))
        let wish = apply(.desired([Self.version(2, of: model)]))
        #expect(Self.stops(wish).isEmpty)
        let new = try #require(Self.starts(wish).first)
        #expect(plan.instances.map(\.state) == [.ready, .starting])
        #expect(Self.leaves(apply(.started(new, address))) == [old])
        #expect(plan.instances.map(\.number) == [2])
    }

    @Test mutating func oldVersionStaysWhenTheNewOneCannotRun() throws {
        let model = Self.model()
        _ = try serve(Self.version(1, of: model))
        let new = Self.version(2, of: model)
        var starting = Self.starts(apply(.desired([new])))
        for _ in 1...4 {
            _ = apply(.startFailed(starting[0], crashed))
            starting = Self.starts(apply(.pauseEnded(new.id)))
        }
        _ = apply(.startFailed(starting[0], crashed))
        #expect(plan.instances.map(\.state) == [.ready, .failed])
        #expect(plan.instances.last?.fault == Fault(crashed))
        #expect(apply(.pauseEnded(new.id)).isEmpty)
    }

    @Test mutating func versionThatNeverServedIsDroppedForTheNext() throws {
        let model = Self.model()
        let first = try #require(Self.starts(apply(.desired([Self.version(1, of: model)]))).first)
        let actions = apply(.desired([Self.version(2, of: model)]))
        #expect(Self.stops(actions) == [first])
        #expect(Self.starts(actions).count == 1)
        // It had started all the same.
        #expect(Self.stops(apply(.started(first, address))) == [first])
    }

    @Test mutating func retiredModelIsStopped() throws {
        let id = try serve(Self.version(1, of: Self.model()))
        let actions = apply(.desired([]))
        #expect(Self.stops(actions) == [id])
        #expect(actions.last == .announce)
        #expect(plan.instances.isEmpty)
    }

    @Test mutating func crashIsBuriedAndStartedAgainAfterAGrowingPause() throws {
        let version = Self.version(1, of: Self.model())
        var id = try serve(version)
        var pauses: [Duration] = []
        for _ in 1...4 {
            let actions = apply(.exited(id, crashed))
            #expect(actions.contains(.bury(id, version.id)))
            pauses += actions.compactMap { if case .pause(_, let length) = $0 { length } else { nil } }
            id = try #require(Self.starts(apply(.pauseEnded(version.id))).first)
            _ = apply(.started(id, address))
        }
        #expect(pauses == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(plan.instances.first?.restarts == 4)
        _ = apply(.exited(id, crashed))
        #expect(plan.instances.first?.state == .failed)
    }

    @Test mutating func longRunForgivesEarlierCrashes() throws {
        let version = Self.version(1, of: Self.model())
        var id = try serve(version)
        for _ in 1...12 {
            now = now + .seconds(61)
            let actions = apply(.exited(id, crashed))
            #expect(actions.contains(.pause(version.id, .seconds(1))))
            id = try #require(Self.starts(apply(.pauseEnded(version.id))).first)
            _ = apply(.started(id, address))
        }
        #expect(plan.instances.first?.state == .ready)
    }

    @Test mutating func platformFaultIsNeverTheEnd() throws {
        let version = Self.version(1, of: Self.model())
        var id = try #require(Self.starts(apply(.desired([version]))).first)
        var last = Duration.zero
        for _ in 1...20 {
            for case .pause(_, let length) in apply(.startFailed(id, away)) { last = length }
            id = try #require(Self.starts(apply(.pauseEnded(version.id))).first)
        }
        #expect(last == .seconds(60))
        #expect(plan.instances.first?.state == .starting)
    }

    // MARK: Sleep

    private mutating func sleepAfterAMinute() { plan = DeploymentPlan(settings: .init(sleepAfter: .seconds(60))) }

    private func asking(_ version: Version) -> DeploymentPlan.Event {
        .asked(profile: version.profile, model: version.modelName)
    }

    @Test mutating func modelNobodyCallsSleepsAndWakesAtTheNextCall() throws {
        sleepAfterAMinute()
        let version = Self.version(1, of: Self.model())
        let id = try serve(version)
        now = now + .seconds(59)
        #expect(apply(.desired([version])).isEmpty)
        now = now + .seconds(1)
        let actions = apply(.desired([version]))
        #expect(Self.leaves(actions) == [id])
        #expect(actions.last == .announce)
        #expect(plan.instances.map(\.state) == [.stopped])
        #expect(plan.running.isEmpty)
        #expect(apply(.desired([version])).isEmpty, "it was put to sleep twice")
        // Its process ends as it was told to.
        #expect(apply(.exited(id, crashed)).isEmpty)
        let woken = try #require(Self.starts(apply(asking(version))).first)
        #expect(woken != id)
        _ = apply(.started(woken, address))
        #expect(plan.instances.map(\.state) == [.ready])
    }

    @Test mutating func modelThatIsCalledStaysAwake() throws {
        sleepAfterAMinute()
        let version = Self.version(1, of: Self.model())
        _ = try serve(version)
        for _ in 1...10 {
            now = now + .seconds(50)
            #expect(apply(asking(version)).isEmpty)
            #expect(apply(.desired([version])).isEmpty)
        }
        #expect(plan.instances.map(\.state) == [.ready])
    }

    @Test mutating func withoutASettingNothingSleeps() throws {
        let version = Self.version(1, of: Self.model())
        _ = try serve(version)
        now = now + .seconds(1_000_000)
        #expect(apply(.desired([version])).isEmpty)
    }

    @Test mutating func modelSomebodyWaitsForStartsBeforeTheOthers() throws {
        let versions = (1...5).map { Self.version($0, of: Self.model()) }
        let first = Self.starts(apply(.desired(versions)))
        #expect(Self.starts(apply(asking(versions[4]))).isEmpty, "more than two start at once")
        let next = apply(.started(first[0], address))
        #expect(next.contains { if case .start(let version, _) = $0 { version.number == 5 } else { false } })
    }

    @Test mutating func newVersionOfASleepingModelStarts() throws {
        sleepAfterAMinute()
        let model = Self.model()
        let old = Self.version(1, of: model)
        _ = try serve(old)
        now = now + .seconds(60)
        _ = apply(.desired([old]))
        let new = Self.version(2, of: model)
        let id = try #require(Self.starts(apply(.desired([new]))).first)
        let actions = apply(.started(id, address))
        #expect(Self.leaves(actions).isEmpty && Self.stops(actions).isEmpty, "what sleeps was stopped again")
        #expect(plan.instances.map(\.number) == [2])
    }

    @Test mutating func callsOfOthersWakeNobody() throws {
        sleepAfterAMinute()
        let version = Self.version(1, of: Self.model())
        _ = try serve(version)
        now = now + .seconds(60)
        _ = apply(.desired([version]))
        #expect(apply(.asked(profile: version.profile, model: label("other"))).isEmpty)
        #expect(apply(.asked(profile: label("other"), model: version.modelName)).isEmpty)
        #expect(plan.instances.map(\.state) == [.stopped])
    }

    @Test mutating func exitHeardBeforeTheStartCounts() throws {
        let version = Self.version(1, of: Self.model())
        let id = try #require(Self.starts(apply(.desired([version]))).first)
        #expect(apply(.exited(id, crashed)).isEmpty)
        #expect(apply(.started(id, address)).contains(.bury(id, version.id)))
        #expect(plan.instances.first?.state == .starting)
    }

    @Test mutating func newsOfAnEarlierInstanceIsIgnored() throws {
        let version = Self.version(1, of: Self.model())
        let first = try serve(version)
        _ = apply(.exited(first, crashed))
        let second = try #require(Self.starts(apply(.pauseEnded(version.id))).first)
        _ = apply(.started(second, address))
        #expect(first != second)
        #expect(apply(.exited(first, crashed)).isEmpty)
        #expect(plan.instances.first?.state == .ready)
    }
}
