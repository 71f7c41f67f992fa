import NIOCore
import Testing

@testable import BedelGateway

@Suite("Pace of a client")
struct PaceTests {
    private static let minimum = Pace.Minimum(bytesPerSecond: 500, window: .seconds(20))

    /// - Returns: after how many seconds it is found too slow, looked at every second.
    private func seconds(_ minimum: Pace.Minimum = minimum, bytes: (Int64) -> Int) -> Int64? {
        var pace = Pace()
        return (0..<200).first { pace.isTooSlow(bytes($0), at: .uptimeNanoseconds(0) + .seconds($0), minimum) }
    }

    @Test func nothingAtAllIsTooSlowAfterOneWindow() { #expect(seconds { _ in 0 } == 20) }
    @Test func aByteASecondIsTooSlow() { #expect(seconds { Int($0) } == 20) }
    @Test func justEnoughIsEnough() { #expect(seconds { Int($0) * 500 } == nil) }

    @Test func aPauseWithinAWindowIsNoFault() {
        #expect(seconds { second in Int(second / 19 * 19) * 1000 } == nil)
    }

    @Test func aGoodBeginningDoesNotLast() {
        let found = seconds { second in min(Int(second) * 1_000_000, 5_000_000) }
        #expect(found == 40)
    }

    @Test func withoutAMinimumAnyIsGoodEnough() {
        #expect(seconds(.init(bytesPerSecond: 0, window: .seconds(20))) { _ in 0 } == nil)
    }

    @Test func whileOthersAreWaitedForNothingIsCounted() {
        var pace = Pace()
        let begin = NIODeadline.uptimeNanoseconds(0)
        let found1 = pace.isTooSlow(0, at: begin, Self.minimum)
        #expect(!found1)
        pace.stop()
        let found2 = pace.isTooSlow(0, at: begin + .seconds(30), Self.minimum)
        #expect(!found2)
        let found3 = pace.isTooSlow(0, at: begin + .seconds(49), Self.minimum)
        #expect(!found3)
        let found4 = pace.isTooSlow(0, at: begin + .seconds(50), Self.minimum)
        #expect(found4)
    }

    @Test func onePartyHasSoManyUnreadAnswers() {
        var stalls = Stalls<Int>(perParty: 2, limit: 100)
        let marks = (0..<2).map { stalls.begin(.address("a"), $0) }
        #expect(stalls.hasTooMany(.address("a")))
        #expect(!stalls.hasTooMany(.address("b")))
        stalls.end(marks[0])
        stalls.end(marks[0])
        #expect(!stalls.hasTooMany(.address("a")))
        #expect(stalls.total == 1)
        stalls.end(marks[1])
        #expect(stalls.total == 0)
    }

    @Test func thoseLeftLongestMakeRoom() {
        var stalls = Stalls<Int>(perParty: 10, limit: 3)
        var marks: [Stalls<Int>.Mark] = []
        for number in 0..<3 {
            marks.append(stalls.begin(.address("a"), number))
            let surplus = stalls.takeSurplus()
            #expect(surplus == nil)
        }
        stalls.end(marks[0])
        for (number, gone) in [(3, nil), (4, 1), (5, 2), (6, 3)] as [(Int, Int?)] {
            marks.append(stalls.begin(.address("b"), number))
            let surplus = stalls.takeSurplus()
            #expect(surplus?.holder == gone)
        }
        // Who has made room ends later, and is counted only once.
        stalls.end(marks[1])
        #expect(stalls.total == 3)
        for mark in marks { stalls.end(mark) }
        #expect(stalls.total == 0 && !stalls.hasTooMany(.address("b")))
    }
}
