import Testing

/// A Swift file, as text and as code alone.
struct SourceFile: Sendable, CustomTestStringConvertible {
    /// From the root: `Sources/BedelDomain/Words/Label.swift`.
    let path: String
    let lines: [String]
    /// The lines with comments and the insides of string literals blanked, so that what is only talked about is not found.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = CodeOnly.of(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    var testDescription: String { path }

    /// `BedelDomain` of `Sources/BedelDomain/Words/Label.swift`.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

    /// The modules this file imports: the `Foo` of `package import struct Foo.Bar`.
    var imports: [String] { code.compactMap(Self.module(imported:)) }

    static func module(imported line: String) -> String? {
        var words = line.split(separator: " ").map(String.init)[...]
        let modifiers: Set = ["public", "package", "internal", "fileprivate", "private"]
        while let word = words.first, word.hasPrefix("@") || modifiers.contains(word) { words.removeFirst() }
        guard words.popFirst() == "import" else { return nil }
        let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
        if let word = words.first, kinds.contains(word) { words.removeFirst() }
        return words.first.map { String($0.prefix(while: { $0 != "." && $0 != ";" })) }
    }

    /// `path:line` of every line of code that `isFound` says yes to.
    func places(where isFound: (String) -> Bool) -> [String] {
        code.enumerated().filter { isFound($0.element) }.map { "\(path):\($0.offset + 1)" }
    }

    /// Whether the line before (from 0), or the comment that ends there, is a `//` comment.
    func hasComment(above line: Int) -> Bool {
        var index = line - 1
        while index >= 0, lines[index].drop(while: { $0 == " " }).hasPrefix("@") { index -= 1 }
        return index >= 0 && lines[index].drop(while: { $0 == " " }).hasPrefix("//")
    }
}
