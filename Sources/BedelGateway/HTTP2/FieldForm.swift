internal import BedelDomain
internal import NIOHPACK

/// What every field of HTTP/2 has to be (RFC 9113, section 8.2), and how fields go from one form to the other.
enum FieldForm {
    /// - Throws: `invalidRequest`.
    static func check(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) throws(BedelError) {
        guard !name.isEmpty, name.allSatisfy(lowerToken.contains) else {
            throw .malformed("a field's name is empty, in upper case, or has a character that it cannot have")
        }
        guard value.allSatisfy(ByteClass.fieldValue.contains), !isSpace(value.first), !isSpace(value.last) else {
            throw .malformed("a field's value has a character that it cannot have, or white space around it")
        }
        guard !isConnectionSpecific(name) else {
            throw .malformed("a field that only HTTP/1.1 connections have stands there")
        }
    }

    /// A field of an HTTP/1.1 message; nil when HTTP/2 does not have it.
    static func field(
        _ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>
    ) -> (name: String, value: String)? {
        guard !isConnectionSpecific(name) else { return nil }
        let lower = String(unsafeUninitializedCapacity: name.count) { text in
            for (index, byte) in name.enumerated() { text[index] = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
            return name.count
        }
        return (lower, value.text)
    }

    static func section(of trailers: Trailers) -> HPACKHeaders? {
        guard !trailers.isEmpty else { return nil }
        var section = HPACKHeaders()
        for field in trailers.fields {
            if let field = self.field(field.name, field.value) { section.add(name: field.name, value: field.value) }
        }
        return section
    }

    /// - Throws: `invalidRequest`.
    static func trailers(of section: HPACKHeaders) throws(BedelError) -> Trailers {
        var trailers = Trailers()
        for (name, value, _) in section {
            let name = Array(name.utf8)
            let value = Array(value.utf8)
            try check(name[...], value[...])
            trailers.append(name[...], value[...])
        }
        return trailers
    }

    private static func isSpace(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x09 }

    private static let lowerToken = ByteClass { ByteClass.token.contains($0) && !(0x41...0x5A).contains($0) }

    /// RFC 9113, section 8.2.2.
    private static func isConnectionSpecific(_ name: ArraySlice<UInt8>) -> Bool {
        switch name.count {
        case 7: name.matches(lowercase: "upgrade")
        case 10: name.matches(lowercase: "connection") || name.matches(lowercase: "keep-alive")
        case 16: name.matches(lowercase: "proxy-connection")
        case 17: name.matches(lowercase: "transfer-encoding")
        default: false
        }
    }
}
