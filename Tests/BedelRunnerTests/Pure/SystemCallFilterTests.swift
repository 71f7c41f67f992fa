import Testing

@testable import BedelRunner

/// The filter is run here by a small interpreter of classic BPF, so that its answers are tested, not its spelling.
@Suite("System-call filter")
struct SystemCallFilterTests {
    private let filter = SystemCallFilter(.x86_64)
    private let allow: UInt32 = 0x7fff_0000
    private let refuse: UInt32 = 0x0005_0001

    @Test(arguments: [0, 1, 9, 59, 57, 202, 228, 257, 334] as [UInt32])
    func ordinaryCallsPass(_ call: UInt32) { #expect(answer(call) == allow) }

    @Test(arguments: [101, 165, 272, 308, 321, 425, 250, 298, 442] as [UInt32])
    func dangerousCallsAreRefused(_ call: UInt32) { #expect(answer(call) == refuse) }

    @Test func cloneMakesThreadsAndProcessesButNoNamespaces() {
        #expect(answer(56, argument: 0x003d_0f00) == allow)
        #expect(answer(56, argument: 17) == allow)
        for flag: UInt32 in [0x1000_0000, 0x2000_0000, 0x0002_0000, 0x4000_0000] {
            #expect(answer(56, argument: flag | 17) == refuse)
        }
    }

    @Test func clone3DoesNotExistSoThatLibrariesFallBack() { #expect(answer(435) == 0x0005_0026) }

    @Test(arguments: [(1, true), (2, true), (10, true), (16, false), (17, false), (40, false)] as [(UInt32, Bool)])
    func onlyUnixAndInternetSocketsOpen(_ family: UInt32, _ passes: Bool) {
        #expect(answer(41, argument: family) == (passes ? allow : refuse))
    }

    @Test func anotherArchitectureEndsTheProcess() {
        #expect(answer(0, architecture: 0x4000_0003) == 0x8000_0000)
        #expect(answer(0x4000_0000 | 1) == 0x8000_0000)
    }

    @Test func everyInstructionIsEightBytes() { #expect(filter.bytes.count == filter.instructions.count * 8) }

    private func answer(_ call: UInt32, argument: UInt32 = 0, architecture: UInt32 = 0xc000_003e) -> UInt32 {
        let data: [UInt32: UInt32] = [0: call, 4: architecture, 16: argument]
        var accumulator: UInt32 = 0
        var position = 0
        while position < filter.instructions.count {
            let one = filter.instructions[position]
            position += 1
            switch one.code {
            case 0x20: accumulator = data[one.value] ?? 0
            case 0x15: position += Int(accumulator == one.value ? one.ifTrue : one.ifFalse)
            case 0x35: position += Int(accumulator >= one.value ? one.ifTrue : one.ifFalse)
            case 0x45: position += Int(accumulator & one.value != 0 ? one.ifTrue : one.ifFalse)
            case 0x06: return one.value
            default: return 0
            }
        }
        return 0
    }
}
