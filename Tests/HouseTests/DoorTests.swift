import Testing

/// What a newcomer meets first.
@Suite("The front door")
struct DoorTests {
    @Test(
        .enabled(if: House.exists("Makefile")),
        arguments: ["demo", "test", "smoke", "bench", "format", "lint", "help"])
    func makefileHasTheVerbWithALineOfHelp(_ verb: String) throws {
        let lines = try House.text(of: "Makefile").split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("\(verb):") && $0.contains("## ") })
    }

    @Test(.enabled(if: House.exists("README.md")))
    func readmeNamesTheTwoCommandsOnItsFirstScreen() throws {
        let screen = try House.text(of: "README.md").split(separator: "\n", omittingEmptySubsequences: false).prefix(40)
        #expect(screen.contains { $0.contains("make demo") } && screen.contains { $0.contains("make test") })
    }

    @Test func everyTargetHasItsTestsAndTheOtherWayRound() throws {
        let targets = Set(try House.swiftFiles(in: "Sources").map(\.target))
        let tested = try House.names(in: "Tests").filter { $0.hasSuffix("Tests") && $0 != "HouseTests" }
            .map { String($0.dropLast("Tests".count)) }
        #expect(targets.symmetricDifference(tested).isEmpty)
    }
}
