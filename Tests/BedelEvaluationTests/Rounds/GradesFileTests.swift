import BedelDomain
import Testing

@testable import BedelEvaluation

@Suite("Grades file")
struct GradesFileTests {
    private let now = Timestamp(seconds: 1)

    private func entry(_ model: String, _ verdict: Verdict, rank: Int? = nil) -> RoundEntry {
        RoundEntry(
            round: .random(at: now), version: .random(at: now), bundle: AuditRecord.genesis, model: Label(model)!,
            number: 2, owner: .random(at: now), ownerLogin: "ana", ownerName: "Ana", ownerEmail: "ana@uni.example",
            position: 0, state: .done, tries: 1, verdict: verdict, rank: rank)
    }

    private func text(_ reason: Grade.Reason, _ hundredths: Int?, login: String = "ana", item: String = "Digits")
        -> String
    {
        let grade = Grade(
            user: .random(at: now), login: login, email: "\(login)@uni.example", reason: reason, hundredths: hundredths)
        return GradesFile.text([grade], item: item, by: .macroF1, of: 60)
    }

    private func lines(_ text: String) -> [String] { text.split(separator: "\r\n").map(String.init) }

    @Test func columnsAreThoseMoodleTakes() {
        let text = text(.nothingHandedIn, nil)
        #expect(
            text == "username,idnumber,email,Digits,Digits feedback\r\nana,,ana@uni.example,,Nothing was handed in.\r\n"
        )
        #expect(text.utf8.first == UInt8(ascii: "u"))
    }

    @Test func scoreComesWithItsFigures() {
        let scores = Scores(accuracy: 0.95, macroF1: 0.940_06, correct: 342, total: 360, medianMilliseconds: 3)
        let entry = entry("digits-ana", .scored(scores), rank: 3)
        #expect(
            lines(text(.scored(entry, scores), 9401))[1]
                == "ana,,ana@uni.example,94.01,\"digits-ana version 2: macro-F1 0.9401, 342 of 360 right, rank 3 of 60.\""
        )
    }

    @Test func modelFaultSaysWhatToDo() {
        let fault = Fault(BedelError(.modelCrashed, "The model crashed, \"twice\".", next: "Read its log."))
        let entry = entry("digits-ana", .fault(fault))
        #expect(
            lines(text(.modelFault(entry, fault), 0))[1]
                == "ana,,ana@uni.example,0.00,\"digits-ana version 2: no score. The model crashed, \"\"twice\"\". Read its log.\""
        )
    }

    @Test func platformFaultLeavesTheGradeEmpty() {
        let fault = Fault(BedelError(.unavailable, "No slot."))
        let line = lines(text(.platformFault(entry("digits-ana", .fault(fault)), fault), nil))[1]
        #expect(
            line
                == "ana,,ana@uni.example,,\"digits-ana version 2: not graded, because something went wrong on our side.\""
        )
    }

    @Test func titleAndNamesCannotBecomeFormulasOrColumns() {
        let all = lines(text(.nothingHandedIn, nil, login: "=cmd|'x'!A1", item: "=Digits, \"hard\""))
        #expect(all[0] == "username,idnumber,email,\"'=Digits, \"\"hard\"\"\",\"'=Digits, \"\"hard\"\" feedback\"")
        #expect(all[1].hasPrefix("'=cmd|'x'!A1,,'=cmd|"))
    }
}
