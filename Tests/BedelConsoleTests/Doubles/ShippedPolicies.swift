import BedelDomain
import FoundationEssentials

extension CedarAuthorizer {
    /// The policies that are shipped, so that they are tested together with what asks them; with others, if need be.
    static func shipped(and others: String = "") throws -> CedarAuthorizer {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "policies")
        func file(_ name: String) throws -> PolicyTexts.File {
            PolicyTexts.File(name: name, text: try String(contentsOf: root.appending(path: name), encoding: .utf8))
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".cedar") }
        return try CedarAuthorizer(
            PolicyTexts(
                schema: file("bedel.cedarschema"),
                policies: names.sorted().map(file) + [.init(name: "local.cedar", text: others)]))
    }
}
