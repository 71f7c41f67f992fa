import Testing

@testable import BedelStore

@Suite("The pool's queue")
struct LeaseQueueTests {
    @Test func slotsAreGivenUntilThereAreNone() {
        var queue = LeaseQueue(slots: 2)
        #expect(queue.request(1) == .granted(0))
        #expect(queue.request(2) == .granted(1))
        #expect(queue.request(3) == .queued)
    }

    @Test func whoWaitsLongestIsNext() {
        var queue = LeaseQueue(slots: 1)
        _ = queue.request(1)
        _ = queue.request(2)
        _ = queue.request(3)
        #expect(queue.release(0) == 2)
        #expect(queue.request(4) == .queued)
        #expect(queue.release(0) == 3)
        #expect(queue.release(0) == 4)
        #expect(queue.release(0) == nil)
        #expect(queue.request(5) == .granted(0))
    }

    @Test func whoGaveUpIsPassedOver() {
        var queue = LeaseQueue(slots: 1)
        _ = queue.request(1)
        _ = queue.request(2)
        _ = queue.request(3)
        let (first, second) = (queue.abandon(2), queue.abandon(2))
        #expect(first && !second)
        #expect(queue.release(0) == 3)
    }

    @Test func aClosedQueueSendsEverybodyAwayAndDrains() {
        var queue = LeaseQueue(slots: 1)
        _ = queue.request(1)
        _ = queue.request(2)
        let turnedAway = queue.close()
        #expect(turnedAway == [2])
        #expect(!queue.isDrained)
        #expect(queue.request(3) == .closed)
        #expect(queue.release(0) == nil)
        #expect(queue.isDrained)
    }
}
