import AsyncHTTPClient
import BedelDomain
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Fills the course through the public doors only: as the admin, the teacher and the students would, with their passwords.
struct DemoSeed: Sendable {
    let house: DemoHouse
    let http: HTTPClient
    let cast: DemoCast
    private let profilePath: String

    init(house: DemoHouse, http: HTTPClient) throws {
        self.house = house
        self.http = http
        cast = try DemoCast(people: Person.all(in: house.surroundings.home))
        profilePath = "/profiles/\(DemoCast.profile)"
    }

    func run() async throws -> DemoReport {
        try await Waiting.until("Bedel answers", limit: .seconds(30), every: .milliseconds(100)) {
            (try? await http.get(url: "http://127.0.0.1:\(house.ports.admin)/readyz").get())?.status == .ok
        }
        guard house.seeds else { return DemoReport(house: house, cast: cast, token: nil, board: []) }
        if let kept = DemoReport.kept(house: house, cast: cast) { return kept }
        try await fill()
        let report = DemoReport(house: house, cast: cast, token: try await callersToken(), board: try await board())
        try report.keep()
        return report
    }

    private func fill() async throws {
        try await house.progress.step("example models, trained on this machine") { try await trainExamples() }
        try await house.progress.step("course \(DemoCast.profile), as its admin") { try await openCourse() }
        try await house.progress.step("two assignments with hidden data, as their teacher") { try await setTasks() }
        for handIn in cast.before { try await handInStep(handIn) }
        for task in cast.tasks { try await round(of: task.name) }
        try await handInStep(cast.after)
        try await round(of: cast.tasks[0].name)
    }

    private func trainExamples() async throws {
        let home = house.surroundings.home
        let out = house.directory.examples
        async let python: String = Program(
            path: home.tools + "/examples/bin/python", arguments: [home.examples + "/train.py", "--out", out]
        ).run()
        async let r: String = Program(path: "/usr/bin/Rscript", arguments: [home.examples + "/train.R", out]).run()
        _ = try await (python, r)
    }

    private func openCourse() async throws {
        let api = try await signedIn(cast.admin)
        if try await !api.has(profilePath) {
            _ = try await api.send(
                .POST, "/profiles", ["name": DemoCast.profile, "title": "Machine Learning 2026", "kind": "course"])
        }
        _ = try await api.send(
            .PUT, "\(profilePath)/group-rules",
            [
                ["group": "ml-2026-teachers", "role": "teacher"], ["group": "ml-2026-students", "role": "student"],
            ])
    }

    private func setTasks() async throws {
        let api = try await signedIn(cast.teacher)
        for task in cast.tasks where try await !api.has("\(profilePath)/assignments/\(task.name)") {
            let data = FileManager.default.contents(atPath: "\(house.directory.examples)/data/\(task.name)-hidden.csv")
            var form = MultipartForm()
            form.add("name", task.name)
            form.add("title", task.title)
            form.add("description", task.description)
            form.add("metric", task.metric)
            form.add("dataset", file: "hidden.csv", Array(data ?? Data()))
            try ConsoleAPI.checked(
                await api.browser.post(
                    "\(house.base)/api/v1\(profilePath)/assignments", type: form.contentType, body: form.finished()))
        }
    }

    private func handInStep(_ handIn: DemoCast.HandIn) async throws {
        let api = try await signedIn(handIn.student)
        let path = "\(profilePath)/models/\(handIn.model)"
        let before = try? await api.get(path, as: ConsoleAPI.Versions.self).versions.count
        let number = (before ?? 0) + 1
        let wanted = handIn.bundle == cast.after.bundle ? 2 : 1
        guard number <= wanted else { return }
        try await house.progress.step("\(handIn.model) v\(number) by \(handIn.door.words), from \(handIn.student.name)")
        {
            try await give(handIn, through: api)
            try await waitUntilAnswering(path, number: number, api)
        }
    }

    private func give(_ handIn: DemoCast.HandIn, through api: ConsoleAPI) async throws {
        let folder = "\(house.directory.examples)/\(handIn.bundle)"
        switch handIn.door {
        case .web:
            var form = MultipartForm()
            form.add("model", handIn.model)
            form.add("assignment", String(handIn.model.prefix(while: { $0 != "-" })))
            form.add(
                "bundle", file: "model.zip", Array(FileManager.default.contents(atPath: folder + ".zip") ?? Data()))
            try ConsoleAPI.checked(
                await api.browser.post(
                    "\(house.base)\(profilePath)/hand-in", type: form.contentType, body: form.finished()))
        case .api:
            let archive = FileManager.default.contents(atPath: folder + ".tar.gz") ?? Data()
            try ConsoleAPI.checked(
                await api.browser.post(
                    "\(house.base)/api/v1\(profilePath)/models/\(handIn.model)/versions", type: "application/gzip",
                    body: Array(archive)))
        case .git:
            let token = try await token(of: api, scopes: ["read", "submit"])
            _ = try await GitPush(
                address: "\(house.base)/git/\(DemoCast.profile)/\(handIn.model).git", person: handIn.student,
                token: token,
                bundle: folder
            ).run()
        }
    }

    private func waitUntilAnswering(_ path: String, number: Int, _ api: ConsoleAPI) async throws {
        try await Waiting.until("\(path) answers", limit: .seconds(180), every: .milliseconds(200)) {
            let versions = try await api.get(path, as: ConsoleAPI.Versions.self).versions
            guard let version = versions.first(where: { $0.number == number }) else { return false }
            if version.state == "failed" || version.instance == "failed" {
                throw BedelError(
                    .buildFailed, "\(path) v\(number) failed: \(version.fault?.message ?? "no reason given")",
                    next: "Its log on the model's page says more.")
            }
            return version.instance == "ready"
        }
    }

    private func round(of task: String) async throws {
        let api = try await signedIn(cast.teacher)
        try await house.progress.step("a round of \(task), as the teacher") {
            let path = "\(profilePath)/assignments/\(task)/rounds"
            let round = try ConsoleAPI.decode(
                ConsoleAPI.Round.self, from: await api.send(.POST, path, [String: String]()))
            try await Waiting.until("the round ends", limit: .seconds(300), every: .milliseconds(250)) {
                let state = try await api.get("\(path)/\(round.number)", as: ConsoleAPI.Round.self).state
                return state != "queued" && state != "running"
            }
        }
    }

    private func board() async throws -> [DemoReport.Row] {
        let api = try await signedIn(cast.teacher)
        var rows: [DemoReport.Row] = []
        for task in cast.tasks {
            let rounds = try await api.get("\(profilePath)/assignments/\(task.name)/rounds", as: [RoundNumber].self)
            guard let last = rounds.map(\.number).max() else { continue }
            let round = try await api.get(
                "\(profilePath)/assignments/\(task.name)/rounds/\(last)", as: ConsoleAPI.Round.self)
            rows += round.entries.sorted { ($0.rank ?? .max) < ($1.rank ?? .max) }.map { entry in
                DemoReport.Row(task: task.name, round: last, entry)
            }
        }
        return rows
    }

    private struct RoundNumber: Decodable { let number: Int }

    private func callersToken() async throws -> String {
        try await token(of: signedIn(cast.before[0].student), scopes: ["read", "submit", "predict"])
    }

    private func token(of api: ConsoleAPI, scopes: [String]) async throws -> String {
        struct Order: Encodable {
            let name: String
            let scopes: [String]
            let days: Int
        }
        let page = try await api.send(.POST, "/tokens", Order(name: "demo", scopes: scopes, days: 90))
        return try ConsoleAPI.decode(ConsoleAPI.Token.self, from: page).secret
    }

    private func signedIn(_ person: Person) async throws -> ConsoleAPI {
        let browser = PersonalBrowser(http: http)
        try await browser.signIn(person, at: house.base)
        return ConsoleAPI(base: house.base, browser: browser)
    }
}

extension DemoCast.Door {
    var words: String {
        switch self {
        case .web: "web upload"
        case .api: "API"
        case .git: "git push"
        }
    }
}
