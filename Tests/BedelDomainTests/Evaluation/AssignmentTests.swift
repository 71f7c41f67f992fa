import BedelDomain
import Testing

@Suite("The assignment in a model's name")
struct AssignmentTests {
    private func named(_ model: String, of assignments: String...) throws -> String? {
        Assignment.named(in: try #require(Label(model)), of: try assignments.map { try #require(Label($0)) })?.rawValue
    }

    @Test func nameStandsInTheModelsNameAsWholeWords() throws {
        #expect(try named("digits-ana", of: "digits", "diabetes") == "digits")
        #expect(try named("ana-digits", of: "digits") == "digits")
        #expect(try named("ana-digits-v2", of: "digits") == "digits")
        #expect(try named("digits", of: "digits") == "digits")
    }

    @Test func partOfAWordIsNotEnough() throws {
        #expect(try named("digitsana", of: "digits") == nil)
        #expect(try named("my-digit", of: "digits") == nil)
        #expect(try named("ana", of: "digits") == nil)
        #expect(try named("ana") == nil)
    }

    @Test func longestNameWins() throws {
        #expect(try named("digits-hard-ana", of: "digits", "digits-hard", "hard") == "digits-hard")
        #expect(try named("digits-hard-ana", of: "digits-hard", "hard", "digits") == "digits-hard")
    }

    @Test func ofTwoEquallyLongNamesTheFirstInTheAlphabetWins() throws {
        #expect(try named("iris-wine-ana", of: "wine", "iris") == "iris")
        #expect(try named("wine-iris-ana", of: "iris", "wine") == "iris")
    }
}
