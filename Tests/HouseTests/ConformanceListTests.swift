import Testing

/// The list that `make oidc-conformance` goes by: every case names tests that exist, and its own words stand with them.
@Suite("The list of conformance cases")
struct ConformanceListTests {
    private struct Case {
        let section: String
        let name: String
        let proofs: [Substring]
        let reason: String
    }

    private static func cases() throws -> [Case] {
        let text = try House.text(of: "Tests/BedelIdentityTests/Conformance/cases.tsv")
        return try text.split(separator: "\n").dropFirst().map { line in
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            try #require(parts.count == 4, "\(line)")
            return Case(
                section: String(parts[0]), name: String(parts[1]), proofs: parts[2].split(separator: "; "),
                reason: String(parts[3]))
        }
    }

    @Test func everyCaseHasATestOrAReasonAndStandsThereOnce() throws {
        let cases = try Self.cases()
        #expect(cases.count > 200)
        for one in cases { #expect(one.proofs.isEmpty != one.reason.isEmpty, "\(one.section): \(one.name)") }
        let names = cases.map { "\($0.section): \($0.name)" }
        #expect(Set(names).count == names.count)
    }

    @Test func everyTestThatIsNamedExists() throws {
        let files = try House.swiftFiles(in: "Tests")
        for one in try Self.cases() {
            for proof in one.proofs { #expect(exists(proof, in: files), "\(one.section): \(one.name): \(proof)") }
        }
    }

    /// `[Target.]Suite.function`, and perhaps ` "words"` that stand in the same file.
    private func exists(_ proof: Substring, in files: [SourceFile]) -> Bool {
        let halves = proof.split(separator: " ", maxSplits: 1)
        let names = halves[0].split(separator: ".")
        guard names.count >= 2 else { return false }
        let target = names.count == 3 ? String(names[0]) : "BedelIdentityTests"
        let words = halves.count == 2 ? String(halves[1].dropFirst().dropLast()) : nil
        return files.contains { file in
            file.target == target && file.code.contains { $0.contains("struct \(names[names.count - 2]) ") }
                && file.code.contains { $0.contains("func \(names[names.count - 1])(") }
                && (words.map { words in file.lines.contains { $0.contains(words) } } ?? true)
        }
    }
}
