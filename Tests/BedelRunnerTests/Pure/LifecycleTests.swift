import BedelDomain
import Testing

@testable import BedelRunner

@Suite("Life of an instance")
struct LifecycleTests {
    private func exit(_ status: Lifecycle.Exit.Status, kills: Int = 0, last: String? = nil) -> Lifecycle.Exit {
        Lifecycle.Exit(status: status, outOfMemoryKills: kills, lastLine: last)
    }

    @Test func anEndWhileStartingIsKeptButNotReported() {
        var life = Lifecycle(envelope: .standard)
        #expect(life.processEnded(exit(.exited(68), last: "bedel: the model failed: no file")) == nil)
        #expect(life.fault?.code == .modelCrashed)
        #expect(life.fault?.message.contains("no file") == true)
    }

    @Test func anEndWhileReadyIsReportedOnce() {
        var life = Lifecycle(envelope: .standard)
        life.becameHealthy()
        #expect(
            life.processEnded(exit(.exited(134), last: "about to abort"))?.message.contains("signal 6 (abort)") == true)
        #expect(life.processEnded(exit(.exited(0))) == nil)
    }

    @Test func memoryWinsOverTheSignalThatItCaused() {
        var life = Lifecycle(envelope: .standard)
        life.becameHealthy()
        let error = life.processEnded(exit(.exited(137), kills: 1))
        #expect(error?.code == .modelOutOfMemory)
        #expect(error?.arguments["memory"] == "512")
    }

    @Test func anEndThatWasAskedForIsNoFault() {
        var life = Lifecycle(envelope: .standard)
        life.becameHealthy()
        life.stopRequested()
        #expect(life.processEnded(exit(.signalled(9))) == nil)
        #expect(life.hasEnded && life.fault == nil)
    }

    @Test func outputKeepsTheLastAndIsNeverLongerThanItsLimit() {
        var log = OutputLog(limit: 100)
        for number in 0..<5000 { log.append(Array("line \(number)\n".utf8)) }
        log.append(Array("unfinished \u{1B}[31mred".utf8))
        #expect(log.recent.last == "unfinished ·[31mred")
        #expect(log.recent.dropLast().last == "line 4999")
        #expect(log.recent.dropLast().reduce(0) { $0 + $1.utf8.count + 1 } <= 100)
    }

    @Test func aLineWithoutEndIsCut() {
        var log = OutputLog(limit: 10_000)
        log.append([UInt8](repeating: 97, count: 9000))
        #expect(log.recent.map(\.utf8.count) == [4096, 4096, 808])
    }

    @Test func usersAreSharedByNoTwoAndReusedLast() {
        var pool = UserPool(10..<13)
        #expect([pool.take(), pool.take(), pool.take(), pool.take()] == [10, 11, 12, nil])
        pool.giveBack(11)
        #expect(pool.take() == 11)
    }
}
