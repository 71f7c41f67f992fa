import BedelDomain

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Somebody of the demo, as `deploy/canaille/people.csv` has them.
struct Person: Hashable, Sendable {
    let login: String
    let password: String
    let name: String
    let groups: Set<String>

    /// The file has no quoted fields; its first line names the columns.
    static func all(in home: HomeDirectory) throws -> [Person] {
        let path = home.deploy + "/canaille/people.csv"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BedelError(
                .unavailable, "The demo's people are missing: \(path).", next: "Restore the file from git.")
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 6 else { return nil }
            return Person(
                login: fields[0], password: fields[1], name: "\(fields[2]) \(fields[3])",
                groups: Set(fields[5].split(separator: ";").map(String.init)))
        }
    }
}
