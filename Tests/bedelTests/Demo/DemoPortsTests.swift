import BedelDomain
import Foundation
import Testing

@testable import bedel

@Suite("The demo's ports")
struct DemoPortsTests {
    private func inFolder(_ body: (DemoDirectory) throws -> Void) throws {
        let path = "/tmp/bedel-ports-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(DemoDirectory(path: path))
    }

    private func held(at port: Int) throws -> HeldPort {
        try HeldPort(HostPort(host: "127.0.0.1", port: port), .listening, whose: "a stranger", instead: "")
    }

    @Test func freePortsAreHeldFromTheMomentTheyAreChosen() throws {
        try inFolder { directory in
            let first = try DemoPorts.hold(port: 0, free: true, in: directory)
            let ports = first.ports
            #expect(Set([ports.bedel, ports.admin, ports.provider]).count == 3)
            for port in [ports.bedel, ports.admin] { #expect(throws: BedelError.self) { try held(at: port) } }
            #expect(first.provider?.port == ports.provider)
        }
    }

    @Test func theyAreKeptAndAnotherIsTakenOnlyWhereSomebodyHasThem() throws {
        try inFolder { directory in
            let first = try DemoPorts.hold(port: 0, free: true, in: directory).ports
            let second = try DemoPorts.hold(port: 0, free: true, in: directory)
            #expect(second.ports == first && second.provider == nil)
        }
        try inFolder { directory in
            let first = try DemoPorts.hold(port: 0, free: true, in: directory).ports
            let stranger = try held(at: first.bedel)
            let second = try DemoPorts.hold(port: 0, free: true, in: directory).ports
            #expect(second.bedel != stranger.port && second.admin == first.admin && second.provider == first.provider)
        }
    }

    @Test func aTakenOneThatWasAskedForIsNamed() throws {
        try inFolder { directory in
            let stranger = try held(at: 0)
            let error = try #require(throws: BedelError.self) {
                try DemoPorts.hold(port: stranger.port, free: false, in: directory)
            }
            #expect(error.message.contains("port \(stranger.port) of 127.0.0.1") && error.next.contains("--free-ports"))
            #expect(error.next.contains("ss -ltnp"))
        }
    }

    @Test(arguments: [-1, 0, 65_534, 70_000])
    func numbersThatLeaveNoRoomAreRefused(_ port: Int) throws {
        try inFolder { directory in
            let error = try #require(throws: BedelError.self) {
                try DemoPorts.hold(port: port, free: false, in: directory)
            }
            #expect(error.message.contains("\(port)") && error.next.contains("65533"))
        }
    }

    @Test func twoDemosNeverShareAFolder() throws {
        try inFolder { directory in
            try directory.claim()
            let error = try #require(throws: BedelError.self) { try directory.claim() }
            #expect(error.message.contains(directory.path) && error.next.contains("--state"))
        }
    }
}
