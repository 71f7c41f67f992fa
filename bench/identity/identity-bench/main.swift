import Glibc

// What it costs to know who a token is of.
//   identity-bench tokens          a token seen for the first time, and once more, beside one bare OpenSSL verification
//   identity-bench storm SECONDS   a thousand tokens a second with a `kid` nobody knows, while people go on

let arguments = CommandLine.arguments
switch (arguments.dropFirst().first, arguments.dropFirst(2).first.flatMap { Int($0) }) {
case ("tokens", nil): try await BenchHouse.open { house in try await TokenBench(house).run() }
case ("storm", let seconds?) where seconds > 0:
    try await BenchHouse.open { house in try await StormBench(house, seconds: seconds).run() }
default:
    print("identity-bench (tokens | storm SECONDS)")
    exit(2)
}
