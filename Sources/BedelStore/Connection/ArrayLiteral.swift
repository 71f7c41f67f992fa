/// PostgreSQL's text form of one-dimensional arrays without nulls: `{"a","b \"c\""}` (manual, section 8.15.6).
enum ArrayLiteral {
    static func text(of elements: [String]) -> String {
        var bytes: [UInt8] = [openBrace]
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(comma) }
            bytes.append(quote)
            for byte in element.utf8 {
                if byte == quote || byte == backslash { bytes.append(backslash) }
                bytes.append(byte)
            }
            bytes.append(quote)
        }
        bytes.append(closeBrace)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil when it is no such array.
    static func elements(of text: String) -> [String]? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 2, bytes.first == openBrace, bytes.last == closeBrace else { return nil }
        let inside = bytes[1..<bytes.count - 1]
        if inside.isEmpty { return [] }
        var elements: [String] = []
        var rest = inside
        while true {
            guard let element = takeElement(&rest) else { return nil }
            elements.append(element)
            if rest.isEmpty { return elements }
            guard rest.removeFirst() == comma else { return nil }
        }
    }

    private static func takeElement(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard rest.first == quote else {
            let bare = rest.prefix { $0 != comma }
            rest = rest.dropFirst(bare.count)
            let isPlain = !bare.contains { [quote, backslash, openBrace, closeBrace].contains($0) }
            let text = String(decoding: bare, as: UTF8.self)
            return isPlain && !bare.isEmpty && text.uppercased() != "NULL" ? text : nil
        }
        rest.removeFirst()
        var element: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case quote: return String(decoding: element, as: UTF8.self)
            case backslash:
                guard let escaped = rest.popFirst() else { return nil }
                element.append(escaped)
            default: element.append(byte)
            }
        }
        return nil
    }

    private static let openBrace = UInt8(ascii: "{")
    private static let closeBrace = UInt8(ascii: "}")
    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
}
