import BedelDomain
import Testing

@testable import BedelRunner

/// The models of `examples/`, trained by their script with the very environment they then run on.
@Suite("Example models", .serialized)
struct ExampleTests {
    @Test func digitModelsAnswerAndTheRetrainedOneIsBetter() async throws {
        try await RunnerFixture.run { runner, settings in
            let requirements = try await text(of: RunnerFixture.example("models/digits-logistic/requirements.txt"))
            let layout = BundleLayout(runtime: .python, entry: "DigitsModel", requirements: requirements)
            let environment = try await runner.prepareEnvironment(for: layout) { _ in }
            let python = "\(settings.environments)/\(environment)/venv/bin/python"
            let out = RunnerFixture.makeDirectory()
            try await run(python, [RunnerFixture.example("train.py"), "--out", out])

            let hidden = Table(try await text(of: "\(out)/data/digits-hidden.csv"))
            #expect(hidden.rows.count == 540 && hidden.columns.last == "label")
            let before = try await accuracy("digits-without-zero", "DigitsModel", hidden, runner, out, requirements)
            let after = try await accuracy("digits-with-zero", "DigitsModel", hidden, runner, out, requirements)
            #expect(before > 0.8 && after > before + 0.05)
            let neighbours = try await accuracy("digits-neighbours", "NearestDigits", hidden, runner, out, requirements)
            #expect(neighbours > 0.97)

            let forest = BundleLayout(runtime: .python, entry: "DigitsForest", requirements: requirements)
            let id = try await runner.startExample("\(out)/digits-forest", layout: forest)
            let answer = try await runner.predict(id, "[[\(hidden.rows[0].features)]]").1
            #expect(answer.contains(#""names":["0","1","2","3","4","5","6","7","8","9"]"#))
            try await infer(id, hidden.rows[0].features, on: runner)
            await Disk.run { FileTree.remove(out) }
        }
    }

    @Test func bothRModelsAnswer() async throws {
        try await RunnerFixture.run { runner, settings in
            let out = RunnerFixture.makeDirectory()
            try await run(settings.rscript, [RunnerFixture.example("train.R"), out])
            let hidden = Table(try await text(of: "\(out)/data/diabetes-hidden.csv"))
            for (bundle, entry) in [("diabetes-tree", "DiabetesTree"), ("diabetes-glucose", "GlucoseOnly")] {
                let layout = BundleLayout(runtime: .r, entry: entry, requirements: #"install.packages("rpart")"#)
                let id = try await runner.startExample("\(out)/\(bundle)", layout: layout)
                let names = hidden.columns.dropLast().map { "\"\($0)\"" }.joined(separator: ",")
                let rows = hidden.rows.map { "[\($0.features)]" }.joined(separator: ",")
                let body = #"{"data":{"names":[\#(names)],"ndarray":[\#(rows)]}}"#
                let answer = try await runner.call(
                    id,
                    ModelRequest(path: "/api/v1.0/predictions", body: Array(body.utf8), timeLimit: .seconds(10)))
                #expect(answer.status == 200)
                let correct = hidden.agreement(with: String(decoding: answer.body, as: UTF8.self))
                #expect(Double(correct) / Double(hidden.rows.count) > 0.7)
                let bad = try await runner.predict(id, "[[1,2],[3]]")
                #expect(bad.0 == 400 && bad.1.contains("Row 1"))
            }
            await Disk.run { FileTree.remove(out) }
        }
    }

    @Test func anRModelThatLacksItsFunctionSaysSo() async throws {
        try await RunnerFixture.run { runner, _ in
            let layout = BundleLayout(runtime: .r, entry: "Model", requirements: #"install.packages("rpart")"#)
            let error = try await fault {
                _ = try await runner.startExample(RunnerFixture.example("broken/r-no-function"), layout: layout)
            }
            #expect(error.code == .modelCrashed && error.message.contains("initialise_seldon"))
        }
    }

    private func accuracy(
        _ bundle: String, _ entry: String, _ hidden: Table, _ runner: SandboxRunner, _ out: String,
        _ requirements: String
    ) async throws -> Double {
        let layout = BundleLayout(runtime: .python, entry: entry, requirements: requirements)
        let id = try await runner.startExample("\(out)/\(bundle)", layout: layout)
        let answer = try await runner.predict(
            id, "[" + hidden.rows.map { "[\($0.features)]" }.joined(separator: ",") + "]")
        #expect(answer.0 == 200)
        await runner.stop(id)
        return Double(hidden.agreement(with: answer.1)) / Double(hidden.rows.count)
    }

    /// Open Inference Protocol, version 2.
    private func infer(_ id: Instance.ID, _ features: String, on runner: SandboxRunner) async throws {
        let body = #"{"id":"7","inputs":[{"name":"x","shape":[1,64],"datatype":"FP64","data":[\#(features)]}]}"#
        let answer = try await runner.call(
            id, ModelRequest(path: "/v2/models/digits/infer", body: Array(body.utf8), timeLimit: .seconds(10)))
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(answer.status == 200 && text.contains(#""shape":[1,10]"#) && text.contains(#""id":"7""#))
    }

    private func text(of path: String) async throws -> String {
        try #require(await Disk.run { SmallFile.read(path) })
    }

    private func run(_ program: String, _ arguments: [String]) async throws {
        let said = LastLines()
        let command = Command(
            path: program, arguments: arguments, environment: ["PATH": "/usr/bin:/bin", "HOME": "/tmp"])
        let status = try await command.run { said.append($0) }
        try #require(status == .exited(0), "\(said.lines.joined(separator: "\n"))")
    }
}

/// A CSV without quotes, the label in its last column.
private struct Table {
    let columns: [String]
    let rows: [(features: String, label: String)]

    init(_ text: String) {
        let lines = text.split(separator: "\n")
        columns = lines[0].split(separator: ",").map(String.init)
        rows = lines.dropFirst().map { line in
            let at = line.lastIndex(of: ",") ?? line.startIndex
            return (String(line[..<at]), String(line[line.index(after: at)...]))
        }
    }

    /// How many values of the answer's one-dimensional `ndarray` are the rows' labels.
    func agreement(with answer: String) -> Int {
        let start = answer.split(separator: #""ndarray":["#).last ?? ""
        let values = start.prefix { $0 != "]" }.split(separator: ",").map { $0.filter { $0 != "\"" } }
        return zip(values, rows).count { $0 == $1.label }
    }
}
