import BedelDomain
import Yams

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One kind of application, as a file of `deploy/services` describes it: everything but where it runs.
struct CatalogueEntry: Codable, Hashable, Sendable {
    var title: String
    /// One for each host it needs of its own.
    var hosts: [Host]

    struct Host: Codable, Hashable, Sendable {
        /// Behind the service's name, for all but the main one: `files` makes `clearml-files--ml-2026.<base>`.
        var suffix: String?
        /// Where it listens unless the configuration says otherwise.
        var port: Int?
        var health: String?
        var identityHeaders: [String: String]?
        var passesAuthorization: Bool?
        var websocket: Bool?
        /// Bytes.
        var bodyLimit: Int?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case suffix, port, health, websocket
            case identityHeaders = "identity-headers"
            case passesAuthorization = "passes-authorization"
            case bodyLimit = "body-limit"
        }
    }

    /// - Throws: ``BedelError`` with the key that is missing, wrong or unknown.
    static func read(_ text: String, called name: String) throws -> CatalogueEntry {
        try refuseUnknownKeys(text, name)
        do {
            let entry = try YAMLDecoder().decode(Self.self, from: text)
            guard !entry.hosts.isEmpty else { throw wrong(name, "it has no hosts.") }
            let suffixes = entry.hosts.map(\.suffix)
            guard Set(suffixes).count == suffixes.count else { throw wrong(name, "two hosts have the same suffix.") }
            return entry
        } catch let error as DecodingError {
            throw wrong(name, ServerConfiguration.explain(error))
        }
    }

    /// A misspelt key would be a setting that silently does nothing.
    private static func refuseUnknownKeys(_ text: String, _ name: String) throws {
        guard let top = try? Yams.load(yaml: text) as? [String: Any] else {
            throw wrong(name, "it is not a list of keys in YAML.")
        }
        let hosts = (top["hosts"] as? [Any] ?? []).compactMap { $0 as? [String: Any] }
        let known = Set(Host.CodingKeys.allCases.map(\.rawValue))
        let unknown = Set(top.keys).subtracting(["title", "hosts"]).union(
            hosts.reduce(into: Set<String>()) { $0.formUnion($1.keys) }.subtracting(known))
        if let key = unknown.sorted().first { throw wrong(name, "the key “\(key)” is unknown.") }
    }

    private static func wrong(_ name: String, _ what: String) -> BedelError {
        BedelError(
            .invalidRequest, "The catalogue entry “\(name)” is not valid: \(what)",
            next: "See deploy/services/README.md for the keys.")
    }
}

/// The entries that a configuration can refer to by name.
struct ServiceCatalogue: Sendable {
    let folder: String

    var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// - Throws: ``BedelError`` when there is no such entry, or it is not valid.
    func entry(_ name: String) throws -> CatalogueEntry {
        // A name with a slash in it would be a path.
        guard Label(name) != nil, let data = FileManager.default.contents(atPath: "\(folder)/\(name).yaml") else {
            throw BedelError(
                .invalidRequest, "there is no catalogue entry “\(name)”.",
                next: "Use one of \(names.joined(separator: ", ")), or write the service without “catalogue”.")
        }
        return try CatalogueEntry.read(String(decoding: data, as: UTF8.self), called: name)
    }
}
