import BedelDomain

/// The ports of the gateway, in hand before the gateway hears of them: whoever starts it learns at once which one is not to
/// be had.
struct Doors: Sendable {
    /// Nil: somebody else opened it, and hands it over.
    let gateway: HeldPort?
    let admin: HeldPort?

    init(gateway: HeldPort, admin: HeldPort) {
        self.gateway = gateway
        self.admin = admin
    }

    /// As the configuration file says, but for what was opened already.
    init(gateway: HostPort, admin: HostPort, handedOver: InheritedSockets) throws(BedelError) {
        self.gateway =
            handedOver.gateway == nil
            ? try HeldPort(gateway, .listening, whose: "the gateway", instead: Self.advice("listen")) : nil
        self.admin =
            handedOver.admin == nil
            ? try HeldPort(admin, .listening, whose: "the admin port", instead: Self.advice("admin")) : nil
    }

    /// About the plain port that leads to the one with TLS.
    static func redirect(_ address: String) throws -> PortRefusal {
        PortRefusal(
            place: try HostPort(address), whose: "the redirect to HTTPS", instead: advice("tls.redirect-from"))
    }

    private static func advice(_ key: String) -> String { "write another one at “\(key)” in the configuration file" }
}
