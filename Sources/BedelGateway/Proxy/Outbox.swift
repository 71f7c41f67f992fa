internal import NIOCore

/// Who has written something that is still to be sent.
protocol Sender: AnyObject {
    func sendNow()
}

/// Puts sending off until the others who are ready have been heard, which is a moment. What goes out in one go wakes those
/// who sleep at the other ends once, and not once for each of many messages; and the kernel's code and ours do not drive
/// each other out of the processor's caches with every request.
final class Outbox {
    /// More do not wait: the others want to have something to do meanwhile.
    private static let atOnce = 16

    private let eventLoop: any EventLoop
    private var senders: [any Sender] = []
    private var isDue = false
    private var isSending = false

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        senders.reserveCapacity(Self.atOnce * 2)
    }

    /// Calls ``Sender/sendNow()`` before the event loop waits for anything.
    func add(_ sender: any Sender) {
        senders.append(sender)
        guard !isSending else { return }
        if senders.count >= Self.atOnce { return send() }
        guard !isDue else { return }
        isDue = true
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute {
            bound.value.isDue = false
            bound.value.send()
        }
    }

    private func send() {
        guard !isSending else { return }
        isSending = true
        // Somebody may come while others send.
        var sent = 0
        while sent < senders.count {
            senders[sent].sendNow()
            sent += 1
        }
        senders.removeAll(keepingCapacity: true)
        isSending = false
    }
}
