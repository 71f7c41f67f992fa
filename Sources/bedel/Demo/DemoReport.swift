import BedelDomain
import Glibc

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What the demo prints when it is up, and keeps for the next start.
struct DemoReport: Codable, Sendable {
    struct Row: Codable, Sendable {
        let task: String
        let round: Int
        let rank: Int?
        let model: String
        let version: Int
        let student: String
        let accuracy: Double?
        let macroF1: Double?
        let previous: Double?
        let fault: String?

        init(task: String, round: Int, _ entry: ConsoleAPI.Round.Entry) {
            self.task = task
            self.round = round
            rank = entry.rank
            model = entry.model
            version = entry.version
            student = entry.owner
            accuracy = entry.scores?.accuracy
            macroF1 = entry.scores?.macro_f1
            previous = entry.previous
            fault = entry.fault?.message
        }
    }

    struct Account: Codable, Sendable {
        let who: String
        let login: String
        let password: String
    }

    let base: String
    let admin: String
    let profile: String
    let state: String
    let process: Int32
    let accounts: [Account]
    let token: String?
    let example: String
    let board: [Row]

    init(house: DemoHouse, cast: DemoCast, token: String?, board: [Row]) {
        base = house.base
        admin = "http://127.0.0.1:\(house.ports.admin)"
        profile = DemoCast.profile
        state = house.directory.path
        process = ProcessInfo.processInfo.processIdentifier
        accounts = [("admin", cast.admin), ("teacher", cast.teacher), ("student", cast.before[0].student)].map {
            Account(who: $0.0, login: $0.1.login, password: $0.1.password)
        }
        self.token = token
        example = cast.before[0].model
        self.board = board
    }

    /// The report of the start that filled the course, with this start's addresses; nil when none was finished.
    static func kept(house: DemoHouse, cast: DemoCast) -> DemoReport? {
        FileManager.default.contents(atPath: house.directory.seeded)
            .flatMap { try? JSONDecoder().decode(DemoReport.self, from: $0) }
            .map { DemoReport(house: house, cast: cast, token: $0.token, board: $0.board) }
    }

    func keep() throws { try write(to: house(path: "seeded")) }

    /// For its owner only: it holds a token.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let temporary = path + ".new"
        try SecretFile.write(String(decoding: encoder.encode(self), as: UTF8.self), to: temporary)
        guard rename(temporary, path) == 0 else {
            throw BedelError(
                .unavailable, "The file \(path) cannot be written.", next: "Check the folder's permissions.")
        }
    }

    private func house(path: String) -> String { "\(state)/\(path)" }

    var text: String {
        let people = accounts.map {
            "  \(padded($0.who, 10))\(padded($0.login, 22))password \($0.password)"
        }.joined(separator: "\n")
        return """

            Bedel is up: \(base)

            \(people)
              (sixty students in all: deploy/canaille/people.csv)

            \(boardText)
            \(curlText)
            Stop with Ctrl-C. A second start takes seconds; deleting \(state) starts anew.
            """
    }

    private var boardText: String {
        guard !board.isEmpty else { return "" }
        var lines: [String] = []
        for task in Set(board.map(\.task)).sorted().reversed() {
            let rows = board.filter { $0.task == task }
            lines.append(
                "  Leaderboard of \(task), round \(rows[0].round): \(base)/profiles/\(profile)/assignments/\(task)")
            for row in rows { lines.append("   " + line(of: row)) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(of row: Row) -> String {
        let rank = row.rank.map(String.init) ?? "-"
        let name = padded("\(row.model) v\(row.version)", 22)
        guard let accuracy = row.accuracy, let macroF1 = row.macroF1 else {
            return "\(rank)  \(name)\(row.fault ?? "")"
        }
        let change = row.previous.map { " (was \(percent($0)))" } ?? ""
        return "\(rank)  \(name)accuracy \(percent(accuracy))  macro-F1 \(percent(macroF1))\(change)"
    }

    private var curlText: String {
        guard let token else { return "" }
        let zeros = Array(repeating: "0", count: 64).joined(separator: ",")
        return """
              Ask a model:
                curl \(base)/seldon/\(profile)/\(example)/api/v1.0/predictions \\
                  -H 'Authorization: Bearer \(token)' \\
                  -H 'Content-Type: application/json' -d '{"data":{"ndarray":[[\(zeros)]]}}'

            """
    }

    private func percent(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        return "\(thousandths / 10).\(thousandths % 10) %"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
