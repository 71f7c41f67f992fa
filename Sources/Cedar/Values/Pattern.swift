/// The right side of `like`: pieces of text with anything, also nothing, between them.
package struct Pattern: Hashable, Sendable {
    /// What stands before, between and behind the wildcards. UTF-8 pieces can be searched byte by byte.
    private let pieces: [[UInt8]]
    private let shortest: Int

    init(_ literal: [StringLiteral.Piece]) {
        var pieces: [[UInt8]] = [[]]
        for piece in literal {
            switch piece {
            case .wildcard: pieces.append([])
            case .scalar(let scalar): pieces[pieces.count - 1].append(contentsOf: String(scalar).utf8)
            }
        }
        self.pieces = pieces
        self.shortest = pieces.reduce(0) { $0 + $1.count }
    }

    package func matches(_ text: Text) -> Bool {
        text.withBytes { bytes in
            guard bytes.count >= shortest, let first = pieces.first, let last = pieces.last else { return false }
            guard pieces.count > 1 else { return bytes.count == shortest && Self.stands(first, in: bytes, at: 0) }
            guard Self.stands(first, in: bytes, at: 0),
                Self.stands(last, in: bytes, at: bytes.count - last.count)
            else { return false }
            // The earliest place for each middle piece leaves the most room for the rest.
            var index = first.count
            let end = bytes.count - last.count
            for piece in pieces.dropFirst().dropLast() {
                guard let found = Self.find(piece, in: bytes, from: index, to: end) else { return false }
                index = found + piece.count
            }
            return index <= end
        }
    }

    private static func stands(_ piece: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        guard start >= 0, start + piece.count <= bytes.count else { return false }
        for index in piece.indices where bytes[start + index] != piece[index] { return false }
        return true
    }

    private static func find(
        _ piece: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int
    ) -> Int? {
        guard start + piece.count <= end else { return nil }
        return (start...(end - piece.count)).first { stands(piece, in: bytes, at: $0) }
    }
}
