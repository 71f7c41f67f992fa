/// Everything the gateway is told at its start. What changes while it runs is in ``GatewaySnapshot``.
package struct GatewayConfiguration: Sendable {
    /// Where to listen.
    package struct Listener: Sendable, Hashable {
        package var host: String
        /// 0: any free port; ``Gateway/bind()`` says which.
        package var port: Int
        /// An open socket that listens already, handed over by whoever started the process; then host and port say
        /// nothing.
        package var descriptor: CInt?

        package init(host: String, port: Int, descriptor: CInt? = nil) {
            self.host = host
            self.port = port
            self.descriptor = descriptor
        }
    }

    /// Certificate chain and private key, PEM.
    package struct TLSFiles: Sendable, Hashable {
        package var certificates: String
        package var key: String

        package init(certificates: String, key: String) {
            self.certificates = certificates
            self.key = key
        }
    }

    package struct TimeOuts: Sendable, Hashable {
        /// From a request's first byte to the end of its head.
        package var header = Duration.seconds(10)
        /// Between two pieces of a request's body, and as long as a client may read nothing of what is sent to it.
        package var bodyIdle = Duration.seconds(60)
        /// Bytes a second that a client has to send of a body, and to take of an answer, on the average of every
        /// ``paceWindow``; 0: any. Streams of events, gRPC and tunnels may be as slow as they like.
        package var leastBytesPerSecond = 500
        package var paceWindow = Duration.seconds(20)
        /// Between two requests.
        package var keepAlive = Duration.seconds(75)
        package var upstreamConnect = Duration.seconds(5)
        /// From the end of the request to the response's head, and between two pieces of a response that is no stream
        /// of events.
        package var upstreamResponse = Duration.seconds(120)
        /// How long an unused connection to an upstream is kept: less than the upstreams themselves wait.
        package var upstreamIdle = Duration.seconds(15)
        /// A tunnel without a byte in either direction.
        package var tunnelIdle = Duration.seconds(3600)
        /// How long a request under way may still take once its credential is good no longer. Event streams and tunnels
        /// end at once.
        package var withdrawal = Duration.milliseconds(250)
        /// How long a request may wait for a model that is starting or asleep; zero: not at all.
        package var wakeUp = Duration.seconds(20)
        /// How long a request may wait for its turn when too many are on their way.
        package var turn = Duration.seconds(10)
        /// How long connections wait for the first snapshot at the start.
        package var opening = Duration.seconds(30)
        /// How long requests on their way may take once the process is told to stop.
        package var drain = Duration.seconds(20)

        package init() {}

        /// How often time-outs are looked at: a second, or less when one of them is shorter.
        var tick: Duration {
            let shortest =
                [header, bodyIdle, paceWindow, keepAlive, upstreamResponse, upstreamIdle, tunnelIdle, wakeUp, turn]
                .filter { $0 > .zero }.min() ?? .seconds(1)
            return min(.seconds(1), shortest / 2)
        }
    }

    package struct Limits: Sendable, Hashable {
        package var headerBytes = 64 * 1024
        package var headerFields = 100
        package var connectionsPerAddress = 4096
        /// Principals remembered by each event loop.
        package var rememberedPrincipals = 4096
        /// Unused connections kept by each event loop to each upstream.
        package var idleUpstreamConnections = 256

        package init() {}
    }

    package var listener: Listener
    /// Health and metrics; nil: none.
    package var admin: Listener?
    /// The console's host as browsers write it, with the port unless it is the scheme's own: `localhost:8080`. All
    /// other hosts are one label in front of it.
    package var baseAuthority: String
    /// Whether browsers come by `https`, here or through a TLS terminator in front.
    package var isSecure: Bool
    /// Nil: clients come in the clear, from this machine or a TLS terminator in front.
    package var tls: TLSSettings?
    package var timeOuts = TimeOuts()
    package var limits = Limits()
    package var upstreams = UpstreamSettings()
    package var fairUse = FairUse()
    /// Which part of the traces that begin here is recorded: 0 to 1. Those that come are as their beginning decided.
    package var traceSampling = 0.0

    package init(
        listener: Listener, admin: Listener? = nil, baseAuthority: String, isSecure: Bool, tls: TLSSettings? = nil
    ) {
        self.listener = listener
        self.admin = admin
        self.baseAuthority = baseAuthority
        self.isSecure = isSecure
        self.tls = tls
    }

    var scheme: String { isSecure ? "https" : "http" }
}
