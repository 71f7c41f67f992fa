import BedelDomain
import Logging

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where policies are kept: `*.cedar`, and one `*.cedarschema` that says what they may speak about.
struct PolicyFolder: Sendable {
    let path: String

    /// What a folder holds, some kilobytes; two equal ones decide alike.
    struct Stamp: Hashable, Sendable {
        fileprivate let files: [PolicyTexts.File]
    }

    /// - Throws: ``BedelError`` when the folder cannot be read or holds no policies: nothing at all would be allowed.
    func texts() throws -> PolicyTexts {
        let names = try names()
        let policies = names.filter { $0.hasSuffix(".cedar") }
        let schemas = names.filter { $0.hasSuffix(".cedarschema") }
        guard !policies.isEmpty, schemas.count == 1 else {
            throw BedelError(
                .invalidRequest,
                "\(path) holds \(policies.count) policy files (*.cedar) and \(schemas.count) schemas (*.cedarschema).",
                next: "It has to hold at least one policy file and exactly one schema.")
        }
        return PolicyTexts(schema: try file(schemas[0]), policies: try policies.map(file))
    }

    /// A set ready to decide. A policy that cannot be evaluated is logged once, however often it is asked.
    func authorizer(logger: Logger) throws -> CedarAuthorizer {
        let skipped = SkippedPolicies(logger: logger)
        return try CedarAuthorizer(texts()) { skipped.note($0) }
    }

    func stamp() throws -> Stamp {
        Stamp(files: try names().map(file))
    }

    private func names() throws -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { throw unreadable("") }
        // Without the half-written files that editors leave beside the real ones.
        return names.filter { ($0.hasSuffix(".cedar") || $0.hasSuffix(".cedarschema")) && !$0.hasPrefix(".") }.sorted()
    }

    private func file(_ name: String) throws -> PolicyTexts.File {
        PolicyTexts.File(name: name, text: try TextFile.read("\(path)/\(name)"))
    }

    private func unreadable(_ name: String) -> BedelError {
        BedelError(
            .unavailable, "The policies in \(path) cannot be read\(name.isEmpty ? "" : ": \(name)").",
            next: "Check that they are there and who may read them.")
    }
}
