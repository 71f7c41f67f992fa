// swift-tools-version:6.2
import PackageDescription

// The one import rule: every target imports BedelDomain and its one technology; siblings never import each other;
// only `bedel` wires. Tests/HouseTests reads the import lines and fails on anything else.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioConcurrency: Target.Dependency = .product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting: Target.Dependency = .product(name: "HummingbirdTesting", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "bedel",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "bedel", targets: ["bedel"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.2", traits: []),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
    ],
    targets: [
        // System libraries: a module map and a shim header each.
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),

        // Know nothing of Bedel.
        .target(name: "OpenSSL", dependencies: ["COpenSSL"], swiftSettings: settings),
        .target(name: "Cedar", swiftSettings: settings),

        // The words and the rules.
        // Rounding a number is a call into libm, which only Foundation, and not its essentials, would bring along.
        .target(
            name: "BedelDomain", dependencies: ["Cedar"], swiftSettings: settings,
            linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]),

        // The rooms around it.
        .target(
            name: "BedelStore", dependencies: ["BedelDomain", "CPostgres", "OpenSSL", nio, nioPosix, logging],
            exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "BedelIdentity",
            dependencies: ["BedelDomain", "OpenSSL", httpClient, nio, nioHTTP1, nioConcurrency, logging],
            swiftSettings: settings),
        .target(
            name: "BedelGateway",
            dependencies: [
                "BedelDomain", nio, nioPosix, nioHTTP1, nioConcurrency, nioSSL, nioTLS, nioHTTP2, nioHPACK, deque,
                logging, metrics, lifecycle,
            ], exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "BedelRunner",
            dependencies: [
                "BedelDomain", "OpenSSL", subprocess, httpClient, nio, nioPosix, nioHTTP1, logging, lifecycle,
            ], swiftSettings: settings),
        .target(
            name: "BedelSubmissions",
            dependencies: ["BedelDomain", "CArchive", "OpenSSL", subprocess, nio, nioPosix, logging, lifecycle],
            exclude: ["README.md"], swiftSettings: settings),
        .target(
            name: "BedelEvaluation", dependencies: ["BedelDomain", logging], swiftSettings: settings),
        .target(
            name: "BedelConsole",
            dependencies: ["BedelDomain", hummingbird, httpTypes, mustache, nio, logging, lifecycle],
            exclude: ["README.md"], swiftSettings: settings),

        // The wiring and the command line.
        .executableTarget(
            name: "bedel",
            dependencies: [
                "BedelDomain", "BedelStore", "BedelIdentity", "BedelGateway", "BedelRunner", "BedelSubmissions",
                "BedelEvaluation", "BedelConsole", arguments, lifecycle, logging, metrics, yams, subprocess, httpClient,
                nio, nioPosix, nioHTTP1, unixSignals,
            ], swiftSettings: settings),

        // Benchmarks.
        .executableTarget(
            name: "cedar-bench", dependencies: ["BedelDomain", "Cedar"], path: "bench/policy/cedar-bench",
            swiftSettings: settings),

        .executableTarget(
            name: "identity-bench",
            dependencies: [
                "BedelDomain", "BedelIdentity", "BedelGateway", "OpenSSL", "COpenSSL", httpClient, nio, nioPosix,
                nioHTTP1, logging,
            ], path: "bench/identity/identity-bench", swiftSettings: settings),

        .executableTarget(
            name: "audit-bench", dependencies: ["BedelDomain", "BedelStore", logging], path: "bench/audit/audit-bench",
            swiftSettings: settings),

        .executableTarget(
            name: "gateway-budget", dependencies: ["BedelDomain", "BedelGateway", logging],
            path: "bench/gateway/gateway-budget", swiftSettings: settings),

        // Tests.
        .executableTarget(
            name: "PushHookProgram", dependencies: ["BedelSubmissions"], path: "Tests/PushHookProgram",
            swiftSettings: settings),
        .testTarget(name: "HouseTests", swiftSettings: settings),
        .testTarget(name: "OpenSSLTests", dependencies: ["OpenSSL"], swiftSettings: settings),
        .testTarget(name: "CedarTests", dependencies: ["Cedar"], swiftSettings: settings),
        .testTarget(name: "BedelDomainTests", dependencies: ["BedelDomain"], swiftSettings: settings),
        .testTarget(
            name: "BedelStoreTests", dependencies: ["BedelDomain", "BedelStore", logging], swiftSettings: settings),
        .testTarget(
            name: "BedelIdentityTests",
            dependencies: [
                "BedelDomain", "BedelIdentity", "BedelStore", "OpenSSL", hummingbird, httpClient, nio, nioHTTP1,
                subprocess, logging, lifecycle,
            ],
            exclude: ["Conformance/cases.tsv"], swiftSettings: settings),
        .testTarget(
            name: "BedelGatewayTests",
            dependencies: [
                "BedelDomain", "BedelGateway", nio, nioPosix, nioHTTP1, nioEmbedded, nioSSL, nioHPACK,
                logging, lifecycle, httpClient, subprocess,
            ],
            exclude: ["HTTP2/grpc_peer.py", "HTTP2/stream_peer.py"], swiftSettings: settings),
        .testTarget(
            name: "BedelRunnerTests",
            dependencies: ["BedelDomain", "BedelRunner", logging, lifecycle], swiftSettings: settings),
        .testTarget(
            name: "BedelSubmissionsTests",
            dependencies: [
                "BedelDomain", "BedelSubmissions", "PushHookProgram", "OpenSSL", subprocess, hummingbird, httpTypes,
                nio, nioPosix,
                logging, lifecycle,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "BedelEvaluationTests", dependencies: ["BedelDomain", "BedelEvaluation", logging],
            swiftSettings: settings),
        .testTarget(
            name: "BedelConsoleTests",
            dependencies: [
                "BedelDomain", "BedelConsole", hummingbird, hummingbirdTesting, httpTypes, mustache, nio, logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "bedelTests", dependencies: ["bedel", "BedelDomain", "BedelStore", nioPosix, logging, lifecycle],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// `make fuzz-identity` alone: the parsers of sign-on watched by libFuzzer and AddressSanitizer (Swift 6.3 on Linux has both).
// Not part of any other build, because instrumented code is slow and libFuzzer brings a main of its own.
if Context.environment["BEDEL_FUZZ"] != nil {
    let watched: SwiftSetting = .unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing", "-parse-as-library", "-O"])
    for target in package.targets where ["OpenSSL", "BedelDomain", "BedelIdentity"].contains(target.name) {
        target.swiftSettings = settings + [watched]
    }
    package.targets.removeAll { $0.name == "BedelIdentityTests" }
    package.targets.append(
        .executableTarget(
            name: "identity-fuzz", dependencies: ["BedelDomain", "BedelIdentity", "OpenSSL"],
            path: "Tests/BedelIdentityTests/Fuzzing/Targets",
            swiftSettings: settings + [watched, .define("BEDEL_FUZZ")],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]))
}
