import BedelDomain

/// Whether the policies would come into force.
struct PolicyFolderCheck {
    let folder: PolicyFolder
    private static let check = "policies"

    func examine() -> [Diagnosis] {
        do {
            let review = PolicyReview(try folder.texts())
            let problems = review.problems.map {
                Diagnosis.problem(Self.check, $0.summary, next: "Correct it; bedel policy check shows the line.")
            }
            let warnings = review.warnings.map {
                Diagnosis.warning(Self.check, $0.summary, next: "Look whether it says what was meant.")
            }
            guard problems.isEmpty, warnings.isEmpty else { return problems + warnings }
            return [.good(Self.check, "\(review.entries.count) policies in \(folder.path), without a mistake.")]
        } catch {
            return [.of(error, Self.check)]
        }
    }
}

extension Diagnosis {
    /// What went wrong, as a problem.
    static func of(_ error: any Error, _ check: String) -> Diagnosis {
        let error = BedelError.wrapping(error)
        let detail = error.detail.isEmpty ? "" : " (\(PlainReason.line(error.detail)))"
        return .problem(check, error.message + detail, next: error.next)
    }
}
