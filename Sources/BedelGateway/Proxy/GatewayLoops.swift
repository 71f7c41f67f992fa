internal import NIOCore
internal import NIOPosix

/// All event loops with what each keeps. How the control side, which is on none of them, speaks to them.
struct GatewayLoops: Sendable {
    private let all: [NIOLoopBoundBox<GatewayLoop>]
    private let byLoop: [ObjectIdentifier: NIOLoopBoundBox<GatewayLoop>]

    init(threads: MultiThreadedEventLoopGroup, house: House) {
        let eventLoops = Array(threads.makeIterator())
        all = eventLoops.map { eventLoop in
            .makeBoxSendingValue(
                GatewayLoop(eventLoop: eventLoop, house: house, loops: eventLoops.count), eventLoop: eventLoop)
        }
        byLoop = Dictionary(uniqueKeysWithValues: all.map { (ObjectIdentifier($0.eventLoop), $0) })
    }

    /// - Precondition: called on `eventLoop`, which is one of these.
    func on(_ eventLoop: any EventLoop) -> GatewayLoop? { byLoop[ObjectIdentifier(eventLoop)]?.value }

    /// Returns when every loop has done it.
    func each(_ body: @escaping @Sendable (GatewayLoop) -> Void) async {
        for box in all { box.eventLoop.execute { body(box.value) } }
        await join { _, promise in promise.succeed() }
    }

    /// From now on, what one loop lets through counts on all.
    func shareRates() async {
        await each { [all] loop in
            let others = all.filter { $0.eventLoop !== loop.eventLoop }
            loop.onSpent = { spent in
                for other in others { other.eventLoop.execute { other.value.rates.debit(spent, now: .now()) } }
            }
        }
    }

    func metrics() async -> LoopMetrics {
        var sum = LoopMetrics()
        for box in all {
            let counted = try? await box.eventLoop.submit { box.value.countedMetrics }.get()
            if let counted { sum.add(counted) }
        }
        return sum
    }

    /// Asked from one loop for all.
    func isWell(_ target: HealthTarget) async -> Bool {
        guard let box = all.first else { return true }
        return (try? await box.eventLoop.flatSubmit { box.value.probe(target) }.get()) ?? false
    }

    /// Returns when the last client has gone; those still there after `limit` are cut off.
    func drain(limit: Duration) async {
        await join { loop, promise in
            let cut = loop.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limit)) { loop.closeAll() }
            loop.drain {
                cut.cancel()
                promise.succeed()
            }
        }
    }

    private func join(_ start: @escaping @Sendable (GatewayLoop, EventLoopPromise<Void>) -> Void) async {
        let ends = all.map { box in
            let promise = box.eventLoop.makePromise(of: Void.self)
            box.eventLoop.execute { start(box.value, promise) }
            return promise.futureResult
        }
        for end in ends { try? await end.get() }
    }
}
