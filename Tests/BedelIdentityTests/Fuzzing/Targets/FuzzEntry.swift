#if BEDEL_FUZZ
    import Foundation

    /// libFuzzer's own main as a function (https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library): the package
    /// manager gives every program a main of ours.
    @_silgen_name("LLVMFuzzerRunDriver")
    private func runLibFuzzer(
        _ count: UnsafeMutablePointer<CInt>,
        _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    ) -> CInt

    /// Chosen once, by BEDEL_FUZZ_TARGET; the command line is libFuzzer's.
    private let chosen = ProcessInfo.processInfo.environment["BEDEL_FUZZ_TARGET"].flatMap(FuzzTarget.init)

    @main
    enum FuzzEntry {
        static func main() {
            var (count, arguments) = (CommandLine.argc, CommandLine.unsafeArgv)
            exit(runLibFuzzer(&count, &arguments, fuzzOneInput))
        }
    }

    /// Ends the process on a finding, as on any other fault: libFuzzer then saves the input. The name is the one that
    /// libFuzzer's unused main asks for.
    @_cdecl("LLVMFuzzerTestOneInput")
    func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        guard let chosen else { stop("BEDEL_FUZZ_TARGET is none of \(FuzzTarget.allCases.map(\.rawValue))") }
        do {
            try chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
        } catch {
            stop("\(chosen.rawValue): \(error)")
        }
        return 0
    }

    private func stop(_ what: String) -> Never {
        FileHandle.standardError.write(Data((what + "\n").utf8))
        abort()
    }
#endif
