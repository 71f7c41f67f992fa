import BedelDomain
import Testing

@testable import BedelGateway

@Suite("Questions asked again")
struct RechecksTests {
    private final class Stream {}

    private static func credential(_ number: Int) -> Credential { .bearer("token-\(number)") }

    @Test func noMoreThanTheLimitAreUnderWay() {
        var rechecks = Rechecks<Stream>(limit: 3)
        rechecks.restart(with: (0..<10).map { (credential: Self.credential($0), holder: Stream()) })
        var asked: [Credential] = []
        while let credential = rechecks.next() { asked.append(credential) }
        #expect(asked.count == 3)
        while let credential = asked.popLast() {
            rechecks.answered()
            #expect(rechecks.settle(credential).count == 1)
            while let next = rechecks.next() { asked.append(next) }
            #expect(rechecks.underWay <= 3)
        }
        #expect(rechecks.underWay == 0)
    }

    @Test func oneCredentialIsOneQuestionForAllItsStreams() {
        var rechecks = Rechecks<Stream>(limit: 8)
        let streams = (0..<5).map { _ in Stream() }
        rechecks.restart(with: streams.map { (credential: Self.credential(0), holder: $0) })
        rechecks.add(Self.credential(0), of: streams[0])
        let asked = rechecks.next()
        #expect(asked == Self.credential(0))
        #expect(rechecks.next() == nil)
        rechecks.answered()
        #expect(
            Set(rechecks.settle(Self.credential(0)).map(ObjectIdentifier.init))
                == Set(streams.map(ObjectIdentifier.init)))
        #expect(rechecks.settle(Self.credential(0)).isEmpty, "everybody gets one answer")
    }

    @Test func aNewChangeAsksAgainAboutWhatIsUnderWay() {
        var rechecks = Rechecks<Stream>(limit: 8)
        let stream = Stream()
        rechecks.restart(with: [(credential: Self.credential(0), holder: stream)])
        #expect(rechecks.next() == Self.credential(0))
        rechecks.restart(with: [(credential: Self.credential(0), holder: stream)])
        #expect(rechecks.next() == Self.credential(0))
        rechecks.answered()
        rechecks.answered()
        #expect(rechecks.settle(Self.credential(0)).count == 1)
        #expect(rechecks.next() == nil)
    }

    @Test func whatNobodyKnewIsAskedAgainOnlyLater() {
        var rechecks = Rechecks<Stream>(limit: 8)
        rechecks.restart(with: [(credential: Self.credential(0), holder: Stream())])
        #expect(rechecks.next() == Self.credential(0))
        rechecks.answered()
        rechecks.doubt(Self.credential(0))
        #expect(rechecks.next() == nil)
        rechecks.retry()
        #expect(rechecks.next() == Self.credential(0))
    }
}
