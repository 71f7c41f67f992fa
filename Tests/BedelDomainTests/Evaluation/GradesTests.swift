import BedelDomain
import Testing

@Suite("Grades")
struct GradesTests {
    let samples = Samples()

    private func grade(_ verdicts: Verdict?...) throws -> Grade {
        let entries = verdicts.map { samples.entry("ana", $0) }
        return try #require(Grades.grades(of: entries, members: [samples.member("ana")], by: .accuracy).first)
    }

    @Test func bestOfAStudentsModelsCounts() throws {
        let low = samples.entry("ana", model: "first", .scored(samples.scores(accuracy: 0.5, macroF1: 0.9)))
        let high = samples.entry("ana", model: "second", .scored(samples.scores(accuracy: 0.75, macroF1: 0.2)))
        let members = [samples.member("ana")]
        let byAccuracy = Grades.grades(of: [low, high], members: members, by: .accuracy)
        #expect(byAccuracy.map(\.points) == ["75.00"])
        #expect(byAccuracy.first?.reason == .scored(high, samples.scores(accuracy: 0.75, macroF1: 0.2)))
        #expect(Grades.grades(of: [low, high], members: members, by: .macroF1).map(\.points) == ["90.00"])
    }

    @Test func aScoreStandsAboveAnyFault() throws {
        let scored = Verdict.scored(samples.scores(accuracy: 0.25))
        #expect(try grade(.fault(samples.platformFault), scored, .fault(samples.modelFault)).points == "25.00")
    }

    @Test func modelFaultAloneIsAZero() throws {
        #expect(try grade(.fault(samples.modelFault)).points == "0.00")
    }

    @Test func platformFaultIsNeverAZero() throws {
        #expect(try grade(.fault(samples.platformFault)).points == "")
        #expect(try grade(.fault(samples.modelFault), .fault(samples.platformFault)).hundredths == nil)
        #expect(try grade(.fault(samples.platformFault), .fault(samples.modelFault)).hundredths == nil)
        #expect(try grade(nil).hundredths == nil)
    }

    @Test func whoHandedInNothingHasNoGradeButARow() {
        let grades = Grades.grades(of: [], members: [samples.member("ana")], by: .accuracy)
        #expect(grades.map(\.reason) == [.nothingHandedIn])
        #expect(grades.map(\.points) == [""])
    }

    @Test func onlyStudentsAndFormerMembersAreGraded() {
        let entries = ["teacher", "assistant", "consumer", "ana", "gone"].map {
            samples.entry($0, .scored(samples.scores(accuracy: 0.5)))
        }
        let members = [
            samples.member("teacher", .teacher), samples.member("assistant", .assistant),
            samples.member("consumer", .consumer), samples.member("ana"), samples.member("bea"),
        ]
        let grades = Grades.grades(of: entries, members: members, by: .accuracy)
        #expect(grades.map(\.login) == ["ana", "bea", "gone"])
    }

    @Test(arguments: [
        (1.0, "100.00"), (0.0, "0.00"), (0.94166666, "94.17"), (2.0 / 3, "66.67"), (0.05, "5.00"), (0.000_04, "0.00"),
        (0.99999, "100.00"), (0.0107, "1.07"),
    ])
    func pointsHaveTwoDecimals(_ score: Double, _ text: String) throws {
        #expect(try grade(.scored(samples.scores(accuracy: score))).points == text)
    }
}
