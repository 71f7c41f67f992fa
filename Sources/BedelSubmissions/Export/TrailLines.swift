internal import BedelDomain

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A part of the audit trail as JSON Lines, newest first, some hundred rows at a time.
struct TrailLines: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    let audit: any AuditLog
    let filter: AuditFilter
    static let pageLength = 500

    func makeAsyncIterator() -> Iterator { Iterator(audit: audit, filter: filter) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let audit: any AuditLog
        fileprivate var filter: AuditFilter

        mutating func next() async throws -> [UInt8]? {
            let records = try await audit.records(matching: filter, limit: TrailLines.pageLength)
            guard let last = records.last else { return nil }
            filter.before = last.sequence
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try records.reduce(into: []) {
                $0 += try encoder.encode(AuditLine($1))
                $0.append(UInt8(ascii: "\n"))
            }
        }
    }
}
