internal import BedelDomain

/// One line that git gives `pre-receive` (githooks(5)): `<old> <new> <ref>`.
struct PushedRef: Equatable {
    let commit: String
    let ref: String

    /// Which branches are hand-ins.
    static func isHandIn(_ ref: String) -> Bool { ref == "refs/heads/main" || ref == "refs/heads/master" }

    /// The one ref a push may move.
    /// - Throws: ``BedelError`` `invalidRequest`.
    static func only(of lines: some Sequence<String>) throws(BedelError) -> PushedRef {
        var only: PushedRef?
        for line in lines {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            guard words.count == 3, isCommit(words[1]) else { throw .internalFailure("git gave the hook: \(line)") }
            guard isHandIn(words[2]) else { throw otherBranch(words[2]) }
            guard words[1].contains(where: { $0 != "0" }) else {
                throw BedelError(
                    .invalidRequest, "A branch that was handed in cannot be deleted.",
                    next: "Push a new commit instead.")
            }
            guard only == nil else {
                throw BedelError(
                    .invalidRequest, "This push moves several branches.", next: "Push one: “git push <remote> main”.")
            }
            only = PushedRef(commit: words[1], ref: words[2])
        }
        guard let only else { throw .internalFailure("git gave the hook no ref") }
        return only
    }

    static func otherBranch(_ ref: String) -> BedelError {
        BedelError(
            .invalidRequest, "“\(EntryName.shown(Array(ref.utf8)))” is not a branch that can be handed in.",
            next: "Push your branch as main: “git push <remote> HEAD:main”.")
    }

    /// SHA-1 or SHA-256, in lower-case hexadecimal.
    private static func isCommit(_ text: String) -> Bool {
        [40, 64].contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
