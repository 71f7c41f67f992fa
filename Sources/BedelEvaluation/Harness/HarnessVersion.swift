/// Which program asks the models, as it stands in a round's manifest. It changes with anything that could change a
/// verdict: what is sent, what is taken for an answer, how labels are compared, how scores are made.
enum HarnessVersion {
    static let current = "bedel-harness-1"
}
