import BedelDomain
import Testing

@testable import bedel

@Suite("Which instance answers for a version")
struct InstanceForVersionTests {
    private let model = Model.ID.random(at: Timestamp(seconds: 0))

    private func version(_ number: Int) -> Version {
        Version(
            id: .random(at: Timestamp(seconds: Int64(number))), model: model, profile: Label("ml-2026")!,
            modelName: Label("digits")!, owner: .random(at: Timestamp(seconds: 0)), ownerLogin: "ana", number: number,
            bundle: AuditRecord.genesis, size: 1,
            layout: BundleLayout(runtime: .python, entry: "M", requirements: ""), source: .web, commit: nil,
            receivedAt: Timestamp(seconds: 0), sequence: Int64(number), state: .ready,
            environment: AuditRecord.genesis, fault: nil)
    }

    private func instance(of version: Version, _ state: Instance.State) -> Instance {
        Instance(
            id: .random(at: Timestamp(seconds: 0)), version: version.id, profile: version.profile,
            model: version.modelName, number: version.number, state: state,
            address: state == .ready ? .unixSocket(path: "/run/\(version.number)") : nil, fault: nil,
            since: Timestamp(seconds: 0), restarts: 0)
    }

    @Test(arguments: [Instance.State.starting, .failed])
    func earlierVersionAnswersAsLongAsTheNewOneDoesNot(_ state: Instance.State) {
        let (old, new) = (version(1), version(2))
        let chosen = SnapshotPublisher.instance(
            for: new, among: [instance(of: old, .ready), instance(of: new, state)])
        #expect(chosen?.version == old.id)
    }

    @Test func versionThatIsReadyAnswersItself() {
        let (old, new) = (version(1), version(2))
        let chosen = SnapshotPublisher.instance(
            for: new, among: [instance(of: old, .ready), instance(of: new, .ready)])
        #expect(chosen?.version == new.id)
    }

    @Test func withoutAnyThatAnswersItsOwnStateIsSaid() {
        let (old, new) = (version(1), version(2))
        let chosen = SnapshotPublisher.instance(
            for: new, among: [instance(of: old, .failed), instance(of: new, .stopped)])
        #expect(chosen?.state == .stopped)
        #expect(SnapshotPublisher.instance(for: new, among: []) == nil)
    }
}
