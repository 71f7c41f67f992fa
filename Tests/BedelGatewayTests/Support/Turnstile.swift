import NIOCore
import Synchronization

@testable import BedelGateway

/// An upstream that answers when it is told to, and says in which order it was asked.
final class Turnstile: Sendable {
    private let order = Mutex<[String]>([])
    let permits: AsyncStream<Void>
    let permit: AsyncStream<Void>.Continuation
    let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    init() {
        (permits, permit) = AsyncStream.makeStream(of: Void.self)
        (arrivals, arrival) = AsyncStream.makeStream(of: Void.self)
    }

    var asked: [String] { order.withLock { $0 } }

    var behaviour: Upstream.Behaviour {
        { bytes, outbound, upstream in
            var reader = RequestsIn()
            while let request = try await reader.next(&bytes) {
                upstream.note(request)
                self.order.withLock { $0.append(request.values("X-Bedel-Profile").first ?? "") }
                self.arrival.yield()
                for await _ in self.permits { break }
                try await outbound.write(
                    ByteBuffer(
                        string: "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"))
            }
        }
    }
}
