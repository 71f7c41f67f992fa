/// Which packages an `install.R` asks for. The script is read, never run: Bedel serves R models on the packages that are
/// installed on the machine.
///
/// Understood are `install.packages`, `library`, `require`, `requireNamespace`, `loadNamespace`, `install_version` and
/// `BiocManager::install`, with names as text, as `c("a", "b")`, or as a variable that was given such a value.
struct InstallScript: Equatable {
    /// Sorted, each once.
    let packages: [String]

    init(_ text: String) {
        let tokens = RTokens.split(text)
        var found: Set<String> = []
        for (index, token) in tokens.enumerated() {
            guard case .word(let name) = token, let bareNames = Self.calls[name] else { continue }
            guard index + 1 < tokens.count, tokens[index + 1] == .symbol("(") else { continue }
            let argument = Self.firstArgument(of: tokens[(index + 2)...])
            found.formUnion(Self.names(in: argument, bareNames: bareNames, all: tokens))
        }
        packages = found.filter(Self.isPackageName).sorted()
    }

    /// Function to whether it takes a bare name for a package.
    private static let calls = [
        "install.packages": false, "library": true, "require": true, "requireNamespace": false,
        "loadNamespace": false, "install_version": false, "install": false,
    ]

    /// Up to the first comma outside brackets, or the closing bracket; a named argument (`pkgs = `) loses its name.
    private static func firstArgument(of tokens: ArraySlice<RTokens.Token>) -> [RTokens.Token] {
        var depth = 0
        var argument: [RTokens.Token] = []
        for token in tokens {
            if token == .symbol("(") { depth += 1 }
            if token == .symbol(")") { depth -= 1 }
            if depth < 0 || (depth == 0 && token == .symbol(",")) { break }
            argument.append(token)
        }
        if argument.count > 2, argument[1] == .symbol("=") { argument.removeFirst(2) }
        return argument
    }

    private static func names(
        in argument: [RTokens.Token], bareNames: Bool, all: [RTokens.Token]
    ) -> [String] {
        if argument.count == 1, case .word(let name) = argument[0] {
            return bareNames ? [name] : values(of: name, in: all)
        }
        return texts(in: argument)
    }

    /// What a variable was last given: `name <- c("a", "b")` or `name = "a"`.
    private static func values(of variable: String, in tokens: [RTokens.Token]) -> [String] {
        var values: [String] = []
        for (index, token) in tokens.enumerated() where token == .word(variable) {
            guard index + 2 < tokens.count, [.symbol("<-"), .symbol("=")].contains(tokens[index + 1]) else { continue }
            let value = tokens[(index + 2)...]
            if case .text = value.first {
                values = texts(in: Array(value.prefix(1)))
            } else if value.first == .word("c"), value.dropFirst().first == .symbol("(") {
                values = texts(in: Array(value.dropFirst(2).prefix { $0 != .symbol(")") }))
            }
        }
        return values
    }

    private static func texts(in tokens: [RTokens.Token]) -> [String] {
        tokens.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    /// A letter, then letters, digits and dots (Writing R Extensions, section 1.1.1).
    private static func isPackageName(_ name: String) -> Bool {
        guard let first = name.first, first.isASCII, first.isLetter, name.utf8.count <= 100 else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }
    }
}
