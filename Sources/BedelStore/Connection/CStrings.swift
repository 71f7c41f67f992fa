/// Texts as the array of NUL-terminated strings a C function wants, in one piece of memory.
struct CStrings {
    private var bytes: [UInt8] = []
    private var offsets: [Int?] = []

    init(_ texts: [String?]) {
        for text in texts {
            guard let text else {
                offsets.append(nil)
                continue
            }
            offsets.append(bytes.count)
            bytes.append(contentsOf: text.utf8)
            bytes.append(0)
        }
    }

    /// The pointers hold for as long as `body` runs.
    func withPointers<Value>(_ body: ([UnsafePointer<CChar>?]) throws -> Value) rethrows -> Value {
        try bytes.withUnsafeBytes { buffer in
            let characters = buffer.assumingMemoryBound(to: CChar.self)
            return try body(offsets.map { offset in offset.flatMap { characters.baseAddress?.advanced(by: $0) } })
        }
    }
}
