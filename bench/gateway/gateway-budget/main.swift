import BedelDomain
import BedelGateway
import Foundation
import Logging

// Sends so many warm requests through a gateway, one after another on one connection, and ends: what is measured from
// outside (scripts/request_budget.py), once with few and once with many, is what one more costs. The client and the
// upstream are threads that do nothing but system calls, so that next to nothing of it is theirs.
//
//     gateway-budget POLICIES COUNT

guard CommandLine.arguments.count == 3, let count = Int(CommandLine.arguments[2]) else {
    print("usage: gateway-budget POLICIES COUNT")
    exit(64)
}
let upstream = try Upstream()
upstream.start()
let gateway = try Subject.gateway(policies: CommandLine.arguments[1])
let ports = try await gateway.bind()
await gateway.publish(Subject.snapshot(upstream: upstream.port))
try await withThrowingTaskGroup(of: Void.self) { group in
    group.addTask { try await gateway.run() }
    let client = Client(port: ports.gateway, request: Subject.request)
    let answered = await client.ask(times: count)
    guard answered == count else { throw BedelError.internalFailure("\(answered) of \(count) were answered") }
    group.cancelAll()
}
