import Testing

/// How large things may get, and what folders are called.
@Suite("The shape of the sources")
struct ShapeTests {
    @Test func noFileIsPastSixHundredLines() throws {
        for folder in ["Sources", "Tests"] {
            for file in try House.swiftFiles(in: folder) { #expect(file.lines.count <= 601, "\(file.path)") }
        }
    }

    @Test func noFunctionIsPastEightyLines() throws {
        for file in try House.swiftFiles(in: "Sources") {
            for function in Self.functions(in: file) {
                #expect(function.length <= 80, "\(file.path):\(function.line) has \(function.length) lines")
            }
        }
    }

    @Test func foldersAreNamedAfterIdeas() throws {
        let forbidden: Set = [
            "utils", "util", "utilities", "core", "common", "helpers", "helper", "extensions", "misc", "shared",
        ]
        for folder in ["Sources", "Tests"] {
            for file in try House.swiftFiles(in: folder) {
                let folders = Set(file.path.split(separator: "/").dropLast().map { $0.lowercased() })
                #expect(folders.isDisjoint(with: forbidden), "\(file.path)")
            }
        }
    }

    @Test func functionsAreMeasured() {
        let text =
            "struct A {\n    func z()\n    func y(\n        b: Int\n    ) -> Int\n    func a() {\n        b()\n    }\n    init() { }\n    private static func c(\n        d: Int\n    ) {\n    }\n}\n"
        let found = Self.functions(in: SourceFile(path: "Sources/X/A.swift", text: text))
        #expect(found.map(\.line) == [6, 10] && found.map(\.length) == [3, 4])
    }

    /// From the line with `func` or `init` to the closing brace in the same column. One-liners and requirements without
    /// a body are left out.
    private static func functions(in file: SourceFile) -> [(line: Int, length: Int)] {
        file.code.indices.compactMap { index in
            let words = file.code[index].split(separator: " ")
            guard words.contains("func") || words.contains(where: { $0.hasPrefix("init(") || $0.hasPrefix("init?(") }),
                hasBody(file.code[index...])
            else { return nil }
            let indent = file.code[index].prefix(while: { $0 == " " })
            return file.code[(index + 1)...].firstIndex(of: "\(indent)}").map { (index + 1, $0 - index + 1) }
        }
    }

    /// Whether the signature that begins here ends in an opening brace, on this line or a later one of its own.
    private static func hasBody(_ lines: ArraySlice<String>) -> Bool {
        let indent = lines.first?.prefix(while: { $0 == " " }).count ?? 0
        for (offset, line) in lines.enumerated() {
            if line.hasSuffix("{") { return true }
            let deeper = line.prefix(while: { $0 == " " }).count > indent
            guard offset == 0 || deeper || line.dropFirst(indent).hasPrefix(")") else { return false }
            if offset > 0, !deeper { return false }
        }
        return false
    }
}
