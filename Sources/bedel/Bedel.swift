import ArgumentParser
import AsyncHTTPClient
import Logging
import Subprocess
import Yams

@main
struct Bedel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "bedel")
}
