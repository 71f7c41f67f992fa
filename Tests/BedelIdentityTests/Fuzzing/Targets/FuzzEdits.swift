/// Changes to something good, as a fuzzer's bytes spell them: four bytes a change, eight changes at most.
enum FuzzEdits {
    static func apply(_ edits: some Sequence<UInt8>, to text: String) -> String {
        var bytes = Array(text.utf8)
        let all = Array(edits.prefix(32))
        for start in stride(from: 0, to: all.count - 3, by: 4) {
            let value = all[start + 3]
            let position = (Int(all[start + 1]) << 8 | Int(all[start + 2])) % (bytes.count + 1)
            switch all[start] % 4 {
            case 0 where position < bytes.count: bytes[position] = value
            case 1: bytes.insert(value, at: position)
            case 2 where position < bytes.count: bytes.remove(at: position)
            case 3: bytes.removeLast(bytes.count - position)
            default: break
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
