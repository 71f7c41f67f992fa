import BedelDomain
import Foundation
import Glibc
import NIOCore
import Testing

@testable import bedel

@Suite("Ports that are ours before we use them")
struct HeldPortTests {
    private func hold(
        _ port: Int, _ purpose: HeldPort.Purpose = .listening, host: String = "127.0.0.1"
    ) throws(BedelError) -> HeldPort {
        try HeldPort(HostPort(host: host, port: port), purpose, whose: "the test", instead: "choose another")
    }

    private func refusal(_ port: Int, host: String = "127.0.0.1") -> BedelError? {
        do {
            _ = try hold(port, host: host)
            return nil
        } catch { return error }
    }

    @Test func aTakenPortIsNamedWithWhatToDo() throws {
        let held = try hold(0)
        let error = try #require(refusal(held.port))
        #expect(error.code == .conflict)
        #expect(error.message == "Another program has port \(held.port) of 127.0.0.1, where the test is to listen.")
        #expect(error.next.contains("ss -ltnp 'sport = :\(held.port)'") && error.next.contains("choose another"))
    }

    @Test func anAddressOfAnotherMachineIsNamed() throws {
        // TEST-NET-1 (RFC 5737) is nobody's.
        let error = try #require(refusal(8080, host: "192.0.2.1"))
        #expect(error.message.contains("192.0.2.1 is no address of this machine") && error.message.contains("8080"))
        #expect(error.next.contains("ip address"))
    }

    @Test func aNameWithoutAnAddressIsNamed() throws {
        let error = try #require(refusal(8080, host: "not a name"))
        #expect(error.message.contains("not a name") && error.message.contains("no address of that name"))
    }

    @Test func aPortOnlyRootMayHaveIsExplained() {
        let refusal = PortRefusal(
            place: HostPort(host: "0.0.0.0", port: 443), whose: "the gateway", instead: "choose another")
        let error = refusal.error(IOError(errnoCode: EACCES, reason: "bind"))
        #expect(error.message == "This account may not listen at port 443 of 0.0.0.0, where the gateway is to.")
        #expect(error.next.contains("CAP_NET_BIND_SERVICE"))
    }

    @Test func aReservedPortIsForWhoeverReusesAddressesAndForNobodyElse() throws {
        let reserved = try hold(0, .reserving)
        // As Canaille's server does.
        let provider = try hold(reserved.port)
        #expect(provider.port == reserved.port)
        // And once it listens, for nobody at all.
        #expect(refusal(reserved.port) != nil)
    }

    @Test func releasedItIsFreeAgainAndHandedOverItIsNot() throws {
        var held: HeldPort? = try hold(0)
        let port = try #require(held?.port)
        held = nil
        let next = try hold(port)
        let descriptor = try #require(next.handOver())
        #expect(next.handOver() == nil)
        #expect(refusal(port) != nil)
        close(descriptor)
        #expect(refusal(port) == nil)
    }
}
