import BedelDomain
import FoundationEssentials
import Testing

@testable import bedel

@Suite("The service catalogue")
struct ServiceCatalogueTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "deploy/services").path
    private let catalogue = ServiceCatalogue(folder: Self.folder)

    private func definitions(_ services: [ServerConfiguration.Service]) throws -> [ServiceDefinition] {
        try ServerConfiguration(
            base: "https://lab.example.edu", listen: "", admin: "", data: "", database: "", issuers: [],
            services: services
        ).serviceDefinitions(catalogue)
    }

    private static func service(
        _ entry: String?, upstream: String = "10.0.0.5", adjust: (inout ServerConfiguration.Service) -> Void = { _ in }
    ) -> ServerConfiguration.Service {
        var service = ServerConfiguration.Service(
            name: entry ?? "own", profile: "ml-2026", catalogue: entry, upstream: upstream)
        adjust(&service)
        return service
    }

    /// What every entry of the shipped catalogue comes to: host label, port, health, headers, key pass-through, WebSocket.
    private static let expected = [
        "airflow--ml-2026 8080 /api/v2/monitor/health email=X-Remote-Email user=X-Remote-User keys",
        "clearml--ml-2026 8080 - ws", "clearml-api--ml-2026 8008 /debug.ping keys",
        "clearml-files--ml-2026 8081 - keys",
        "grafana--ml-2026 3000 /api/health email=X-WEBAUTH-EMAIL groups=X-WEBAUTH-GROUPS user=X-WEBAUTH-USER ws",
        "jupyterhub--ml-2026 8000 /hub/health user=Remote-User keys ws", "jupyterlab--ml-2026 8888 /api ws",
        "kubeflow--ml-2026 80 /healthz email=kubeflow-userid groups=kubeflow-groups ws",
        "mlflow--ml-2026 5000 /health", "prometheus--ml-2026 9090 /-/healthy", "rath--ml-2026 2399 /",
        "superset--ml-2026 8088 /health email=X-Remote-Email user=X-Remote-User keys",
        "tensorboard--ml-2026 6006 /data/environment",
    ]

    private static func line(_ definition: ServiceDefinition) -> String {
        var words = [definition.hostLabel, String(definition.port), definition.healthPath ?? "-"]
        words += definition.identityHeaders.map { "\($0.key.rawValue)=\($0.value)" }.sorted()
        if definition.passesAuthorization { words.append("keys") }
        if definition.allowsWebSockets { words.append("ws") }
        return words.joined(separator: " ")
    }

    @Test func everyEntryIsReadAndSaysWhatIsExpected() throws {
        let all = try catalogue.names.flatMap { try definitions([Self.service($0)]) }
        #expect(all.map(Self.line) == Self.expected)
        #expect(all.allSatisfy { $0.host == "10.0.0.5" })
    }

    @Test func whatTheFileSaysStandsAboveTheEntry() throws {
        let own = Self.service("grafana", upstream: "[::1]:3001") {
            $0.name = "boards"
            $0.profile = nil
            $0.identityHeaders = ["user": "X-User"]
            $0.health = "/up"
            $0.replicas = ["10.0.0.6:3000"]
            $0.bodyLimit = 1000
        }
        let definition = try #require(try definitions([own]).first)
        #expect(definition.title == "Grafana")
        #expect(definition.hostLabel == "boards")
        #expect(definition.addresses == [.tcp(host: "::1", port: 3001), .tcp(host: "10.0.0.6", port: 3000)])
        #expect(definition.identityHeaders == [.user: "X-User"])
        #expect(definition.healthPath == "/up")
        #expect(definition.bodyLimit == 1000)
    }

    @Test(
        arguments: [
            (service("mlfow"), "there is no catalogue entry “mlfow”"), (service("../bedel"), "no catalogue entry"),
            (service("clearml", upstream: "10.0.0.5:8080"), "has 3 hosts"),
            (service(nil, upstream: "10.0.0.5"), "is not a host and a port"),
            (service("mlflow") { $0.identityHeaders = ["name": "X"] }, "is no identity field"),
            (service("mlflow") { $0.identityHeaders = ["user": "Host"] }, "cannot be the name"),
            (service("mlflow") { $0.identityHeaders = ["user": "X\r\nY"] }, "cannot be the name"),
            (service("mlflow") { $0.identityHeaders = ["user": "X_USER"] }, "cannot be the name"),
            (service("mlflow") { $0.health = "health" }, "is not a health path"),
            (service("mlflow") { $0.profile = "ML 2026" }, "cannot be the name of a profile"),
        ])
    func mistakeIsSaidWithItsService(_ service: ServerConfiguration.Service, _ part: String) throws {
        let error = #expect(throws: BedelError.self) { try definitions([service]) }
        #expect(error?.message.contains("Service “\(service.name)”") ?? false)
        #expect(error?.message.contains(part) ?? false, "\(error?.message ?? "")")
        #expect(error?.next.isEmpty == false)
    }

    @Test(
        arguments: [
            ("title: A", "hosts"), ("title: A\nhosts: []", "no hosts"), ("- a", "not a list of keys"),
            ("title: A\nhosts:\n  - port: 1\n    helth: /", "“helth” is unknown"),
            ("title: A\nhosts:\n  - port: one", "wrong form"), ("title: A\nhost: x", "“host” is unknown"),
            ("title: A\nhosts:\n  - port: 1\n  - port: 2", "same suffix"), ("title: [", "not a list of keys"),
        ])
    func brokenEntryIsRefused(_ text: String, _ part: String) {
        let error = #expect(throws: BedelError.self) { try CatalogueEntry.read(text, called: "x") }
        #expect(error?.message.contains(part) ?? false, "\(error?.message ?? "")")
    }
}
