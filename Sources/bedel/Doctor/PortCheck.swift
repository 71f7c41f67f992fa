import AsyncHTTPClient
import BedelDomain
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Whether the addresses to listen at are free, or Bedel itself has them already.
struct PortCheck {
    let configuration: ServerConfiguration
    let http: HTTPClient
    private static let check = "ports"

    func examine() async -> [Diagnosis] {
        if await isRunning() {
            return [
                .good(Self.check, "Bedel runs already and answers at \(configuration.admin); its ports are its own.")
            ]
        }
        var found: [Diagnosis] = []
        var places = [("listen", configuration.listen), ("admin", configuration.admin)]
        if let plain = configuration.tls?.redirectFrom { places.append(("tls.redirect-from", plain)) }
        for (key, address) in places { found += await examine(key, address) }
        return found.isEmpty
            ? [.good(Self.check, "\(configuration.listen) and \(configuration.admin) are free.")] : found
    }

    private func examine(_ key: String, _ text: String) async -> [Diagnosis] {
        do {
            let address = try HostPort(text)
            let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            let channel = try await bootstrap.bind(host: address.host, port: address.port).get()
            try await channel.close().get()
            return []
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            return [
                .problem(
                    Self.check, "Another program listens at \(text) (“\(key)”).",
                    next:
                        "Find it with ss -ltnp. If it is systemd, which holds the socket for bedel.service, all is well."
                )
            ]
        } catch let error as IOError where error.errnoCode == EACCES {
            return [
                .problem(
                    Self.check, "This account may not listen at \(text) (“\(key)”).",
                    next: "Ports below 1024 need root, CAP_NET_BIND_SERVICE, or systemd's socket (deploy/systemd).")
            ]
        } catch let error as BedelError {
            return [.of(error, Self.check)]
        } catch {
            return [
                .problem(
                    Self.check, "Nobody can listen at \(text) (“\(key)”): \(PlainReason.of(error)).",
                    next: "Write an address of this machine, like 0.0.0.0:443.")
            ]
        }
    }

    private func isRunning() async -> Bool {
        let request = HTTPClientRequest(url: "http://\(configuration.admin)/healthz")
        guard let answer = try? await http.execute(request, timeout: .seconds(3)), answer.status == .ok,
            let body = try? await answer.body.collect(upTo: 1024)
        else { return false }
        return String(buffer: body) == "ok\n"
    }
}
