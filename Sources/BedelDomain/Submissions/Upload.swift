/// Files on their way in, by whichever door.
package struct Upload: Sendable {
    package let profile: Label
    package let model: Label
    /// The assignment the student named; nil to let the model's name decide (see ``Assignment/named(in:of:)``).
    package let assignment: Label?
    package let source: Version.Source
    package let commit: String?
    /// A zip or a tar.gz; which of them is seen from its first bytes, not from its name.
    package let archive: ByteStream

    package init(
        profile: Label, model: Label, assignment: Label?, source: Version.Source, commit: String? = nil,
        archive: ByteStream
    ) {
        self.profile = profile
        self.model = model
        self.assignment = assignment
        self.source = source
        self.commit = commit
        self.archive = archive
    }
}
