import Foundation

@testable import BedelIdentity

/// What a browser brings back from a provider, and where it wants to go then.
enum FuzzedCallback {
    static func run(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        try checkReturn(text)
        guard let fields = FormEncoding.decode(text) else { return }
        let again = FormEncoding.decode(FormEncoding.encode(fields.map { ($0.name, $0.value) })) ?? []
        let named = fields.filter { !$0.name.isEmpty || !$0.value.isEmpty }
        try FuzzFinding.unless(
            again.filter { !$0.name.isEmpty || !$0.value.isEmpty }.elementsEqual(named) { $0 == $1 },
            "fields change when they are written down")
        guard let query = try? CallbackQuery(text) else { return }
        let others = otherReader(text)
        try FuzzFinding.unless(others["state"] == [query.state], "another state than another reader finds")
        for (name, value) in [("code", query.code), ("iss", query.issuer), ("error", query.error)] {
            try FuzzFinding.unless((others[name] ?? [""]) == [value ?? ""], "another \(name) than another reader finds")
        }
    }

    /// A browser that is sent there stays with us.
    private static func checkReturn(_ text: String) throws(FuzzFinding) {
        let path = ReturnPath.sanitised(text)
        try FuzzFinding.unless(path == "/" || path == text, "made up a path")
        try FuzzFinding.unless(path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\"), "leads elsewhere")
        let base = URL(string: "https://lab.example/login")
        let target = URL(string: path, relativeTo: base)?.absoluteURL
        try FuzzFinding.unless(target?.host == "lab.example" && target?.scheme == "https", "leads elsewhere")
        try FuzzFinding.unless(path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "breaks a header")
    }

    /// Foundation's way to take a query apart. By scalars: `=` and an accent after it are one character to Swift, and two to
    /// everybody who reads addresses.
    private static func otherReader(_ text: String) -> [String: [String]] {
        var values: [String: [String]] = [:]
        for field in text.unicodeScalars.split(separator: "&") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let plain = parts.map { part in
                let spaced = String(String.UnicodeScalarView(part.map { $0 == "+" ? " " : $0 }))
                return spaced.removingPercentEncoding ?? "?"
            }
            values[plain[0], default: []].append(plain.count > 1 ? plain[1] : "")
        }
        return values
    }
}
