import BedelDomain
import BedelGateway

/// Certificates: each with its own key, in time, and together for every host there will be.
struct CertificateCheck {
    let configuration: ServerConfiguration
    let clock: any TimeSource
    private static let check = "certificate"
    private static let soon: Int64 = 14

    func examine() -> [Diagnosis] {
        guard let base = try? BaseAddress(configuration.base) else {
            return [
                .problem(
                    "base", "“\(configuration.base)” is not a base address.",
                    next: "Write scheme and host only, like https://lab.uni.es.")
            ]
        }
        guard let tls = configuration.tls else { return withoutTLS(base) }
        guard base.isSecure else {
            return [
                .problem(
                    Self.check, "There is a certificate, but the base address begins with http.",
                    next: "Write https in “base”, or remove “tls”.")
            ]
        }
        return examine(tls, host: base.host)
    }

    private func withoutTLS(_ base: BaseAddress) -> [Diagnosis] {
        if base.isSecure {
            return [
                .warning(
                    Self.check, "The base address is https, but Bedel has no certificate.",
                    next: "That is right behind a TLS terminator on this machine; else name one under “tls”.")
            ]
        }
        if base.host == "localhost" || base.host.hasSuffix(".localhost") {
            return [.good(Self.check, "No TLS, on this machine alone.")]
        }
        return [
            .problem(
                Self.check, "Passwords and sessions would cross the network in the clear.",
                next: "Get a wildcard certificate, name it under “tls”, and write https in “base”.")
        ]
    }

    private func examine(_ tls: ServerConfiguration.TLS, host: String) -> [Diagnosis] {
        var found: [Diagnosis] = []
        var names: Set<String> = []
        let pairs = [(tls.certificate, tls.key)] + (tls.more ?? []).map { ($0.certificate, $0.key) }
        for (certificate, key) in pairs {
            do {
                let facts = try CertificateFacts(reading: .init(certificates: certificate, key: key))
                names.formUnion(facts.names)
                found += time(facts, certificate)
            } catch {
                found.append(.of(error, Self.check))
            }
        }
        guard found.allSatisfy({ $0.level != .problem }) else { return found }
        let missing = [host, "*.\(host)"].filter { !names.contains($0) }
        guard missing.isEmpty else {
            return found + [
                .problem(
                    Self.check, "No certificate is for \(missing.joined(separator: " and ")).",
                    next: "Get one with both names: courses and services each have a host below the base.")
            ]
        }
        return found.isEmpty
            ? [.good(Self.check, "The certificates are for \(host) and all below it, and in time.")] : found
    }

    private func time(_ facts: CertificateFacts, _ file: String) -> [Diagnosis] {
        let days = (Int64(facts.notAfter) - clock.now().seconds) / 86_400
        if Int64(facts.notAfter) <= clock.now().seconds {
            return [
                .problem(
                    Self.check, "\(file) is past its time; browsers refuse it.",
                    next: "Renew it, then systemctl reload.")
            ]
        }
        guard days < Self.soon else { return [] }
        return [
            .warning(
                Self.check, "\(file) is good for \(days) more day\(days == 1 ? "" : "s") only.",
                next: "Look why it was not renewed by itself.")
        ]
    }
}
