import Testing

/// Every target imports BedelDomain and its one technology; siblings never import each other; only `bedel` imports
/// everybody. The table is that of the design.
@Suite("The import rule")
struct ImportRuleTests {
    /// What comes with the language and the system. BedelDomain and Cedar have none of it but the standard library.
    private static let platform: Set = [
        "Synchronization", "FoundationEssentials", "Foundation", "Glibc", "Musl", "Darwin",
    ]
    private static let nio: Set = ["NIOCore", "NIOPosix", "NIOConcurrencyHelpers"]

    private static let allowed: [String: Set<String>] = [
        "Cedar": [],
        "OpenSSL": ["COpenSSL"],
        "BedelDomain": ["Cedar"],
        "BedelStore": nio.union(["BedelDomain", "CPostgres", "OpenSSL", "Logging"]),
        "BedelIdentity": nio.union(["BedelDomain", "OpenSSL", "AsyncHTTPClient", "NIOHTTP1", "Logging"]),
        "BedelGateway": nio.union([
            "BedelDomain", "NIOHTTP1", "NIOHTTP2", "NIOHPACK", "NIOSSL", "NIOTLS", "DequeModule", "Logging",
            "Metrics", "ServiceLifecycle",
        ]),
        "BedelRunner": nio.union([
            "BedelDomain", "OpenSSL", "Subprocess", "SystemPackage", "AsyncHTTPClient", "NIOHTTP1", "Logging",
            "ServiceLifecycle",
        ]),
        "BedelSubmissions": nio.union([
            "BedelDomain", "CArchive", "OpenSSL", "Subprocess", "SystemPackage", "Logging", "ServiceLifecycle",
        ]),
        "BedelEvaluation": ["BedelDomain", "Logging"],
        "BedelConsole": nio.union([
            "BedelDomain", "Hummingbird", "HummingbirdCore", "HTTPTypes", "Mustache", "Logging", "ServiceLifecycle",
        ]),
    ]
    private static let pure: Set = ["Cedar", "BedelDomain"]
    private static let systemLibraries: Set = ["CPostgres", "COpenSSL", "CArchive"]

    @Test func everyTargetIsInTheTable() throws {
        let withSwift = Set(try House.swiftFiles(in: "Sources").map(\.target))
        let unknown = withSwift.subtracting(Self.allowed.keys).subtracting(["bedel"])
        #expect(unknown.isEmpty, "decide what these may import: \(unknown.sorted())")
    }

    @Test(arguments: allowed.keys.sorted())
    func targetImportsOnlyTheDomainAndItsTechnology(_ target: String) throws {
        let files = try House.swiftFiles(in: "Sources/\(target)")
        try #require(!files.isEmpty)
        let platform = Self.pure.contains(target) ? ["Synchronization"] : Self.platform
        let allowed = try #require(Self.allowed[target]).union(platform)
        for file in files {
            let stray = Set(file.imports).subtracting(allowed)
            #expect(stray.isEmpty, "\(file.path) imports \(stray.sorted())")
        }
    }

    @Test func noSiblingStandsInTheTable() {
        let rooms = Set(Self.allowed.keys.filter { $0.hasPrefix("Bedel") && $0 != "BedelDomain" })
        for (target, modules) in Self.allowed { #expect(modules.isDisjoint(with: rooms), "\(target)") }
    }

    @Test func commandLineReachesSystemLibrariesThroughTheirOwners() throws {
        for file in try House.swiftFiles(in: "Sources/bedel") {
            #expect(Self.systemLibraries.isDisjoint(with: file.imports), "\(file.path)")
        }
    }

    /// Full Foundation brings 40 MB of ICU along: it stands only where its essentials cannot be had.
    @Test func fullFoundationIsOnlyTheFallback() throws {
        for file in try House.swiftFiles(in: "Sources") {
            for (index, line) in file.code.enumerated() where SourceFile.module(imported: line) == "Foundation" {
                let before = file.code[..<index].map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
                let isFallback = before.last == "#else" && before.contains("#ifcanImport(FoundationEssentials)")
                #expect(isFallback, "\(file.path):\(index + 1)")
            }
        }
    }
}
