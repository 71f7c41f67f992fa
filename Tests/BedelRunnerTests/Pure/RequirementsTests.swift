import BedelDomain
import Testing

@testable import BedelRunner

@Suite("requirements.txt")
struct RequirementsTests {
    @Test func equalSetsHaveOneSpelling() throws {
        let one = try Requirements("NumPy >= 1.26 , <3\nscikit_learn==1.9.1 # pinned\n\n")
        let other = try Requirements("\u{FEFF}scikit.learn == 1.9.1\r\n# a comment\nnumpy<3,>=1.26")
        #expect(one == other)
        #expect(one.lines == ["numpy<3,>=1.26", "scikit-learn==1.9.1"])
    }

    @Test func extrasMarkersHashesAndContinuationsAreKept() throws {
        let hash = String(repeating: "a", count: 64)
        let read = try Requirements(
            "Pandas[Parquet,excel] (>=2) ; python_version  < '3.13' \\\n  --hash=sha256:\(hash)")
        #expect(read.lines == ["pandas[excel,parquet]>=2; python_version < '3.13' --hash=sha256:\(hash)"])
    }

    @Test func nothingAtAllIsAnEmptySet() throws {
        #expect(try Requirements("\n  # only words\n").lines.isEmpty)
    }

    @Test(arguments: [
        "--index-url https://example.org/simple", "-r other.txt", "-e .", "./local.whl", "/tmp/x.whl",
        "git+https://example.org/x.git", "x @ https://example.org/x.whl", "x @ file:///etc", "numpy==${VERSION}",
    ])
    func optionsPathsAndAddressesAreRefused(_ line: String) {
        #expect { try Requirements("numpy\n\(line)") } throws: { error in
            let error = error as? BedelError
            return error?.code == .invalidRequirements && error?.message.contains("Line 2") == true
        }
    }

    @Test(arguments: [
        "scikit-learn equals 1.9.1", "numpy==", "-numpy", "numpy>=1,,<2", "[x]", "nümpy", "a b", "x[", "x(>=1",
    ])
    func whatCannotBeReadNamesItsLine(_ line: String) {
        #expect { try Requirements(line) } throws: { error in
            (error as? BedelError)?.arguments["line"] == "1" && (error as? BedelError)?.code == .invalidRequirements
        }
    }

    @Test func tooManyAndTooLongAreRefused() {
        let many = (0..<201).map { "p\($0)" }.joined(separator: "\n")
        #expect(throws: BedelError.self) { try Requirements(many) }
        #expect(throws: BedelError.self) { try Requirements(String(repeating: "#", count: 70_000)) }
    }
}
