// Without arguments: answers the cases on standard input. With `fuzz SECONDS SEED`: breaks the texts on standard input,
// one a line, for so many seconds. With `shipped DIRECTORY`: times decisions with the policies there. With
// `growth`: times them with 100, 1,000 and 10,000 entities.

if CommandLine.arguments.count == 4, CommandLine.arguments[1] == "fuzz",
    let seconds = Int(CommandLine.arguments[2]), let seed = UInt64(CommandLine.arguments[3])
{
    var texts: [String] = []
    while let line = readLine() { texts.append(line) }
    var fuzzer = Fuzzer(seeds: texts, seed: seed)
    try fuzzer.run(seconds: seconds)
} else if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "shipped" {
    try ShippedBench(directory: CommandLine.arguments[2]).run()
} else if CommandLine.arguments.count == 2, CommandLine.arguments[1] == "growth" {
    try GrowthBench().run()
} else {
    var bench = Bench()
    try bench.run()
}
