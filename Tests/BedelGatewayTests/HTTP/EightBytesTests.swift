import Testing

@testable import BedelGateway

@Suite("Eight bytes at once")
struct EightBytesTests {
    private func look<Result>(_ bytes: [UInt8], _ body: (EightBytes) -> Result) -> Result? {
        bytes.withUnsafeBytes { bytes in bytes.baseAddress.map { body(EightBytes($0)) } }
    }

    @Test(arguments: 0..<8)
    func everyByteAtEveryPlace(place: Int) {
        for byte in UInt8.min...UInt8.max {
            for others in [UInt8(0x20), 0x21, 0x7E, 0x80, 0xFF] {
                var bytes = [UInt8](repeating: others, count: 8)
                bytes[place] = byte
                let isControl = byte < 0x20 || byte == 0x7F
                #expect(look(bytes) { $0.hasControl } == isControl, "\(byte) among \(others)")
                #expect(look(bytes) { $0.firstControl } == .some(isControl ? place : nil), "\(byte) among \(others)")
            }
        }
    }

    @Test(arguments: 0..<8)
    func theFirstIsFoundWhateverFollows(place: Int) {
        for byte in [UInt8(0), 0x09, 0x0D, 0x1F, 0x7F] {
            for behind in UInt8.min...UInt8.max {
                var bytes = [UInt8](repeating: 0x41, count: 8)
                bytes[place] = byte
                for later in bytes.indices where later > place { bytes[later] = behind }
                #expect(look(bytes) { $0.firstControl } == .some(place), "\(byte), then \(behind)")
            }
        }
    }

    @Test(arguments: 0..<32)
    func fourTimesEightAreVisible(place: Int) {
        for byte in UInt8.min...UInt8.max {
            for others in [UInt8(0x20), 0x21, 0x7E] {
                var bytes = [UInt8](repeating: others, count: 32)
                bytes[place] = byte
                let areVisible = bytes.withUnsafeBytes { bytes in
                    bytes.baseAddress.map { EightBytes.areVisible(fourAt: $0) }
                }
                #expect(areVisible == (0x20...0x7E).contains(byte), "\(byte) among \(others)")
            }
        }
    }

    @Test(arguments: 0..<8)
    func lineFeedIsFound(place: Int) {
        for others in UInt8.min...UInt8.max where others != 0x0A {
            var bytes = [UInt8](repeating: others, count: 8)
            #expect(look(bytes) { $0.has(0x0A) } == false)
            bytes[place] = 0x0A
            #expect(look(bytes) { $0.has(0x0A) } == true)
        }
    }

    @Test func headIsFoundInPieces() {
        let head = Array(
            "GET /a-long-enough-path HTTP/1.1\r\nHost: x\r\nX-Long: \(String(repeating: "v", count: 50))\r\n\r\n".utf8)
        for step in 1...head.count {
            var scanner = HeadScanner(limit: 1024)
            var progress = HeadScanner.Progress.incomplete
            for end in stride(from: step, through: head.count + step - 1, by: step) {
                progress = head.prefix(end).withUnsafeBytes { scanner.scan($0) }
                if progress != .incomplete { break }
            }
            #expect(progress == .complete(head.count), "in pieces of \(step)")
        }
    }
}
