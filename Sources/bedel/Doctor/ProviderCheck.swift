import AsyncHTTPClient
import BedelDomain
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Whether an OpenID provider answers, in its own name, and has the same time as this machine.
struct ProviderCheck {
    let issuer: String
    let http: HTTPClient
    let clock: any TimeSource
    private static let check = "provider"
    /// Of seconds between its clock and ours: tokens are refused for less than a minute of it.
    private static let noticeable: Int64 = 5
    private static let harmful: Int64 = 30

    private struct Metadata: Decodable {
        let issuer: String?
        let authorization_endpoint: String?
        let token_endpoint: String?
        let jwks_uri: String?
    }

    func examine() async -> [Diagnosis] {
        let address = (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
        do {
            let answer = try await http.execute(HTTPClientRequest(url: address), timeout: .seconds(10))
            let body = Data(try await answer.body.collect(upTo: 1 << 20).readableBytesView)
            guard answer.status == .ok else {
                return [
                    .problem(
                        Self.check, "\(address) answers \(answer.status.code).",
                        next: "Correct “url” under issuers: it is what the provider itself calls its issuer.")
                ]
            }
            let said = metadata(body, address)
            let skew = answer.headers.first(name: "date").flatMap(HTTPDate.seconds).map { clock.now().seconds - $0 }
            return said + (skew.map(clockSaid) ?? [])
        } catch {
            return [
                .problem(
                    Self.check, "The provider does not answer at \(address): \(PlainReason.of(error)).",
                    next:
                        "Try it with curl from this machine; a proxy, a firewall or its certificate may be in the way.")
            ]
        }
    }

    private func metadata(_ body: Data, _ address: String) -> [Diagnosis] {
        guard let said = try? JSONDecoder().decode(Metadata.self, from: body) else {
            return [
                .problem(
                    Self.check, "What \(address) answers is no OpenID provider's metadata.",
                    next: "Correct “url” under issuers.")
            ]
        }
        guard said.issuer == issuer else {
            return [
                .problem(
                    Self.check,
                    "The provider at \(issuer) calls itself “\(said.issuer ?? "nothing")”; no token of it would count.",
                    next: "Write that under issuers as “url”, to the letter, with or without the slash at its end.")
            ]
        }
        let missing = [
            ("authorization_endpoint", said.authorization_endpoint), ("token_endpoint", said.token_endpoint),
            ("jwks_uri", said.jwks_uri),
        ].filter { $0.1 == nil }.map(\.0)
        guard missing.isEmpty else {
            return [
                .problem(
                    Self.check, "The provider \(issuer) lacks \(missing.joined(separator: ", ")).",
                    next: "It has to offer the authorization-code flow of OpenID Connect.")
            ]
        }
        return [.good(Self.check, "The provider \(issuer) answers in its own name.")]
    }

    private func clockSaid(_ skew: Int64) -> [Diagnosis] {
        let text = "This machine's clock is \(skew.magnitude) s \(skew < 0 ? "behind" : "ahead of") the provider's"
        let next = "Set the clock: timedatectl set-ntp true; if the other one is wrong, tell whoever runs it."
        if skew.magnitude > Self.harmful {
            return [.problem("clock", "\(text); its tokens will be refused.", next: next)]
        }
        if skew.magnitude > Self.noticeable { return [.warning("clock", "\(text).", next: next)] }
        return [.good("clock", "This machine and the provider have the same time.")]
    }
}

/// The form of dates in HTTP (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// - Returns: seconds since 1970; nil for another form.
    static func seconds(_ text: String) -> Int64? {
        let parts = text.split(whereSeparator: { " ,:".contains($0) }).map(String.init)
        guard parts.count == 8, parts[7] == "GMT", let day = Int64(parts[1]),
            let month = months.firstIndex(of: parts[2]),
            let year = Int64(parts[3]), let hour = Int64(parts[4]), let minute = Int64(parts[5]),
            let second = Int64(parts[6]), (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        // Days since 1970 in a calendar whose year begins in March, so that the leap day is its last.
        let shifted = month < 2 ? year - 1 : year
        let yearDay = (153 * Int64((month + 10) % 12) + 2) / 5 + day - 1
        let days = 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + yearDay - 719_468
        return ((days * 24 + hour) * 60 + minute) * 60 + second
    }
}
