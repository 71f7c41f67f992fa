import BedelDomain
import BedelGateway
import Dispatch
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
let route = Subject.snapshot(upstream: upstream.port)
// Waits itself: what waits for an asynchronous main (sigsuspend, with a mask that cannot be written) ends valgrind 3.19.
let isOver = DispatchSemaphore(value: 0)
Task.detached {
    do {
        let ports = try await gateway.bind()
        await gateway.publish(route)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await gateway.run() }
            let answered = await Client(port: ports.gateway, request: Subject.request).ask(times: count)
            guard answered == count else { throw BedelError.internalFailure("\(answered) of \(count) were answered") }
            group.cancelAll()
        }
    } catch {
        print(error)
        exit(1)
    }
    isOver.signal()
}
isOver.wait()
