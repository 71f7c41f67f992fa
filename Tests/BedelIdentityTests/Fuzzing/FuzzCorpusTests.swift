import Foundation
import Testing

/// The kept corpus, and changes to it that are the same every time. The long run, guided by coverage, is
/// `make fuzz-identity`.
@Suite("Fuzzed parsers of sign-on")
struct FuzzCorpusTests {
    private static let changesEach = 25

    @Test(arguments: FuzzTarget.allCases)
    func corpusAndItsChangesBreakNoPromise(_ target: FuzzTarget) throws {
        let corpus = try Self.corpus(of: target)
        try #require(corpus.count >= 10, "bench/identity/corpus/\(target.rawValue) is gone")
        var mutator = Mutator(seed: 5)
        for (name, input) in corpus {
            try Self.run(target, input, name)
            for change in 1...Self.changesEach {
                let other = corpus[change % corpus.count].input
                try Self.run(target, mutator.change(input, with: other), "\(name), change \(change)")
            }
        }
    }

    /// A fuzzer whose inputs are never accepted proves nothing.
    @Test(arguments: [("access-token", FuzzedToken.Kind.access), ("id-token", .identity), ("logout-token", .logout)])
    func goodInputsOfTheCorpusAreAccepted(_ name: String, _ kind: FuzzedToken.Kind) throws {
        let corpus = try Self.corpus(of: #require(FuzzTarget(rawValue: name)))
        let accepted = try corpus.filter { try FuzzedToken(kind: kind).run($0.input) }.map(\.name)
        #expect(accepted.contains("good-ed") && accepted.contains("good-ec") && accepted.contains("changed-2"))
        #expect(!accepted.contains("expired") && !accepted.contains("none") && !accepted.contains("changed-byte-2"))
    }

    private static func run(_ target: FuzzTarget, _ input: [UInt8], _ name: String) throws {
        do {
            try target.run(input)
        } catch {
            Issue.record("\(target.rawValue) (\(name)): \(error); input \(Data(input).base64EncodedString())")
        }
    }

    private static func corpus(of target: FuzzTarget) throws -> [(name: String, input: [UInt8])] {
        let folder = "\(Vectors.package)/bench/identity/corpus/\(target.rawValue)"
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            (name, Array(try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))))
        }
    }
}

/// Small changes of every kind, the same for the same seed.
struct Mutator {
    private var state: UInt64
    private static let words = [
        "\"exp\":0,", "null", "true", "[]", "{}", "\\u0000", "1e309", "\"alg\":\"none\"", "%00", "//", "&state=x", ".",
        "=", "\"", "\n",
    ]

    init(seed: UInt64) { state = seed }

    mutating func change(_ input: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = input
        for _ in 0...random(3) { changeOnce(&bytes, other) }
        return bytes
    }

    private mutating func changeOnce(_ bytes: inout [UInt8], _ other: [UInt8]) {
        let position = random(bytes.count + 1)
        switch random(6) {
        case 0 where position < bytes.count: bytes[position] ^= 1 << UInt8(random(8))
        case 1 where position < bytes.count: bytes[position] = UInt8(random(256))
        case 2: bytes.insert(UInt8(random(256)), at: position)
        case 3: bytes.removeSubrange(position..<min(bytes.count, position + random(8)))
        case 4: bytes.insert(contentsOf: Self.words[random(Self.words.count)].utf8, at: position)
        default: bytes.replaceSubrange(position..., with: other.suffix(random(other.count + 1)))
        }
    }

    /// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    private mutating func random(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: (word ^ (word >> 31)) % UInt64(max(1, bound)))
    }
}
