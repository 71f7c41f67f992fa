import BedelDomain
import BedelStore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// An exported trail, checked by the same rules as the one in the database.
struct AuditFile {
    let path: String

    /// A file that ends before its newest checkpoint was cut off.
    func check(by signer: any CheckpointSigner) throws -> (finding: AuditFinding?, checkpoints: Int) {
        let lines = try TextFile.read(path).split(separator: "\n").map {
            try? JSONDecoder().decode(AuditLine.self, from: Data($0.utf8))
        }
        let (checkpoints, forged) = CheckpointedTrail.verified(Set(lines.compactMap { $0?.checkpoint }), by: signer)
        var check = AuditChainCheck(checkpoints: checkpoints)
        for line in lines where line?.checkpoint == nil {
            if let finding = check.finding(at: line?.record) { return (finding, checkpoints.count) }
        }
        return (check.finding() ?? forged, checkpoints.count)
    }
}
