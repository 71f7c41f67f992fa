import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import BedelGateway

@Suite("Rounds of an event loop")
struct RoundsTests {
    /// One of a thousand, each of which puts the next one off.
    private static func chain(_ left: Int, on eventLoop: any EventLoop, _ count: NIOLoopBoundBox<Int>) {
        guard left > 0 else { return }
        count.value += 1
        eventLoop.execute { chain(left - 1, on: eventLoop, count) }
    }

    @Test func endWhenEverythingThatWasPutOffIsDone() async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let rounds = try await eventLoop.submit { NIOLoopBound(Rounds(eventLoop: eventLoop), eventLoop: eventLoop) }
            .get()
        try await eventLoop.flatSubmit { rounds.value.open() }.get()
        for _ in 0..<10 {
            let done = try await eventLoop.flatSubmit {
                let count = NIOLoopBoundBox(0, eventLoop: eventLoop)
                let promise = eventLoop.makePromise(of: Int.self)
                rounds.value.afterNext { promise.succeed(count.value) }
                Self.chain(1000, on: eventLoop, count)
                return promise.futureResult
            }.get()
            #expect(done == 1000)
        }
        try await eventLoop.submit { rounds.value.close() }.get()
    }

    @Test func everybodyWhoWaitsIsCalledOnce() async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let calls = try await eventLoop.flatSubmit {
            let rounds = Rounds(eventLoop: eventLoop)
            let promise = eventLoop.makePromise(of: [Int].self)
            let bound = NIOLoopBound(rounds, eventLoop: eventLoop)
            return rounds.open().flatMap {
                let calls = NIOLoopBoundBox<[Int]>([], eventLoop: eventLoop)
                bound.value.afterNext { calls.value.append(1) }
                bound.value.afterNext {
                    calls.value.append(2)
                    bound.value.afterNext {
                        bound.value.close()
                        promise.succeed(calls.value)
                    }
                }
                return promise.futureResult
            }
        }.get()
        #expect(calls == [1, 2])
    }

    @Test func withoutAPipeTheyTakeAMoment() {
        let eventLoop = EmbeddedEventLoop()
        let rounds = Rounds(eventLoop: eventLoop)
        var isOver = false
        rounds.afterNext { isOver = true }
        eventLoop.run()
        #expect(!isOver)
        eventLoop.advanceTime(by: .milliseconds(1))
        #expect(isOver)
    }
}
