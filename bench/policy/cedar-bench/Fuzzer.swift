import Cedar
import Glibc

/// Breaks good policies and schemas at random and gives them to the parsers, the validator and the decision. A crash
/// ends the program; a text that takes more than a second of this process's own time is counted as a hang. Time on the
/// clock would count what other programs do; a text that never ends is seen by fuzz.py, which looks at the clock.
struct Fuzzer {
    private let seeds: [String]
    private var random: RandomBytes
    private let clock = ContinuousClock()
    private var texts = 0
    private var accepted = 0
    private var hangs = 0
    private var slowest = 0.0

    init(seeds: [String], seed: UInt64) {
        self.seeds = seeds
        random = RandomBytes(state: seed)
    }

    /// Runs for some seconds and prints `name=value` lines.
    mutating func run(seconds: Int) throws {
        let end = clock.now.advanced(by: .seconds(seconds))
        let request = AuthorizationRequest(
            principal: EntityUID("User", "a"), action: EntityUID("Action", "read"), resource: EntityUID("Model", "m"))
        let schema = try Schema(
            parsing: "entity User; entity Model; action read appliesTo { principal: User, resource: Model };")
        while clock.now < end {
            let text = broken()
            let start = Self.ownSeconds()
            if let policies = try? PolicySet(parsing: text) {
                accepted += 1
                _ = policies.explain(request, .empty)
                _ = schema.validate(policies)
            } else if (try? Schema(parsing: text)) != nil {
                accepted += 1
            }
            texts += 1
            let time = Self.ownSeconds() - start
            slowest = max(slowest, time)
            if time > 1 {
                hangs += 1
                print("slow: \(text.prefix(2000))")
            }
        }
        print("policy_fuzz_seconds=\(seconds)\npolicy_fuzz_texts=\(texts)")
        print("policy_fuzz_slowest_cpu_ms=\((slowest * 10_000).rounded() / 10)")
        print("policy_fuzz_accepted=\(accepted)\npolicy_fuzz_hangs=\(hangs)")
    }

    /// What the processor has done for this process so far.
    private static func ownSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private mutating func broken() -> String {
        var bytes = Array(seeds[random.below(seeds.count)].utf8)
        for _ in 0..<random.below(6) { damage(&bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let start = random.below(bytes.count)
        let end = min(bytes.count, start + random.below(30))
        switch random.below(6) {
        case 0: bytes.removeSubrange(start..<end)
        case 1: bytes.insert(contentsOf: bytes[start..<end], at: random.below(bytes.count))
        case 2: bytes[start] = UInt8(truncatingIfNeeded: random.next())
        case 3: bytes.insert(Self.marks[random.below(Self.marks.count)], at: start)
        case 4:
            // The same piece many times over: deep nesting and long chains.
            let piece = Array(bytes[start..<end])
            bytes.insert(contentsOf: (0..<random.below(2000)).flatMap { _ in piece }, at: start)
        default:
            let other = Array(seeds[random.below(seeds.count)].utf8)
            bytes.insert(contentsOf: other.prefix(random.below(other.count + 1)), at: start)
        }
    }

    private static let marks = Array("(){}[]<>\"\\:;.,?@!&|=*+-/ \n0aé".utf8)
}

/// A generator with a seed, so that a failure can be seen again.
struct RandomBytes: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
