// A program with nothing but the hook in it, so that these tests need not wait for all of Bedel.
import BedelSubmissions
import Foundation

var lines: [String] = []
while let line = readLine() { lines.append(line) }
let hook = PreReceiveHook(environment: ProcessInfo.processInfo.environment) { line in
    FileHandle.standardError.write(Data("\(line)\n".utf8))
}
exit(await hook.run(standardInput: lines))
