import BedelDomain
import FoundationEssentials

/// `policies/`, as it is shipped.
enum ShippedPolicies {
    /// The package's root, seen from this file.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    static func schema() throws -> PolicyTexts.File {
        PolicyTexts.File(name: "bedel.cedarschema", text: try text(of: "policies/bedel.cedarschema"))
    }

    static func texts() throws -> PolicyTexts {
        let names = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "policies").path)
        let policies = try names.filter { $0.hasSuffix(".cedar") }.sorted().map {
            PolicyTexts.File(name: $0, text: try text(of: "policies/\($0)"))
        }
        return PolicyTexts(schema: try schema(), policies: policies)
    }

    /// The shipped schema with this policy alone.
    static func with(_ policy: String) throws -> PolicyTexts {
        PolicyTexts(schema: try schema(), policies: [PolicyTexts.File(name: "local.cedar", text: policy)])
    }
}
