internal import BedelDomain

/// The style sheet, script and marks, in memory, under an address that changes when any of them does.
struct AssetShelf: Sendable {
    struct Asset: Sendable {
        let bytes: [UInt8]
        let contentType: String
    }

    /// Part of every address, so that browsers may keep what they have for ever.
    let version: String
    private let assets: [String: Asset]

    init(_ files: [String: [UInt8]]) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            // FNV-1a: it only has to differ when a file does.
            for byte in Array(name.utf8) + bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        version = String(hash, radix: 16)
        assets = Dictionary(
            uniqueKeysWithValues: files.map { ($0.key, Asset(bytes: $0.value, contentType: Self.type(of: $0.key))) })
    }

    subscript(name: String) -> Asset? { assets[name] }

    private static func type(of name: String) -> String {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "application/octet-stream"
        }
    }
}
