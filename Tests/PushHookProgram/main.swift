// A program with nothing but the hook in it, so that these tests need not wait for all of Bedel.
import BedelSubmissions
import Foundation

let hook = PreReceiveHook(environment: ProcessInfo.processInfo.environment) { line in
    FileHandle.standardError.write(Data("\(line)\n".utf8))
}
exit(await hook.run(standardInput: AnyIterator { readLine() }))
