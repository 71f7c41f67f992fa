import BedelDomain
import Testing

@Suite("Models and versions")
struct ModelStoreTests {
    @Test func aHandInMakesModelVersionJobAndAuditRow() async throws {
        try await withHouse { house in
            try await house.profile()
            let ana = try await house.person("ana")
            let version = try await house.handIn("digits-ana", by: ana)
            #expect(version.number == 1)
            #expect(version.state == .received)
            #expect(version.ownerLogin == "ana")
            #expect(version.receivedAt == noon)
            #expect(try await house.models.version(version.id) == version)
            let model = try #require(try await house.models.model(named: "digits-ana", in: "ml-2026"))
            #expect(model.id == version.model)
            #expect(try await house.models.models(of: ana.id) == [model])
            #expect(try await house.jobs.pending().map(\.work) == [.build(version.id)])
            let record = try #require(try await house.audit.records(matching: AuditFilter(), limit: 1).first)
            #expect(record.event.facts["bundle"] == version.bundle.hex)
            #expect(record.event.facts["number"] == "1")
            #expect(record.event.facts["colour"] == "green")
        }
    }

    @Test func theSameBundleAgainIsANewVersion() async throws {
        try await withHouse { house in
            try await house.profile()
            let ana = try await house.person("ana")
            let first = try await house.handIn("digits", by: ana)
            let second = try await house.handIn("digits", by: ana)
            #expect(second.number == 2)
            #expect(second.sequence > first.sequence)
            #expect(try await house.models.versions(of: first.model) == [second, first])
            #expect(try await house.models.latestVersions(in: "ml-2026", limit: 1) == [second])
        }
    }

    @Test func anotherPersonsModelIsAConflictAndLeavesNothing() async throws {
        try await withHouse { house in
            try await house.profile()
            let (ana, eva) = (try await house.person("ana"), try await house.person("eva"))
            let version = try await house.handIn("digits", by: ana)
            await expectFailure(.conflict) { _ = try await house.handIn("digits", by: eva) }
            #expect(try await house.models.versions(of: version.model).count == 1)
            #expect(try await house.jobs.pending().count == 1)
        }
    }

    @Test func anUnknownProfileOrAssignmentIsNotFound() async throws {
        try await withHouse { house in
            let ana = try await house.person("ana")
            await expectFailure(.notFound) { _ = try await house.handIn("digits", by: ana) }
            try await house.profile()
            await expectFailure(.notFound) { _ = try await house.handIn("digits", by: ana, for: "nothing") }
            #expect(try await house.models.models(in: "ml-2026").isEmpty)
        }
    }

    @Test func handInsAtTheSameMomentGetDifferentNumbers() async throws {
        try await withHouse { house in
            try await house.profile()
            let ana = try await house.person("ana")
            let numbers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<10 { group.addTask { try await house.handIn("digits", by: ana).number } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(numbers.sorted() == Array(1...10))
            #expect(try await house.audit.firstBroken() == nil)
        }
    }

    @Test func aVersionMovesOnOnce() async throws {
        try await withHouse { house in
            try await house.profile()
            let version = try await house.handIn("digits", by: try await house.person("ana"))
            #expect(try await house.advance(version, .received, .building))
            #expect(try await !house.advance(version, .received, .building))
            #expect(try await house.advance(version, .building, .ready, environment: .test(9)))
            #expect(try await !house.advance(version, .building, .ready, environment: .test(9)))
            let ready = try #require(try await house.models.version(version.id))
            #expect(ready.state == .ready)
            #expect(ready.environment == .test(9))
            #expect(try await house.auditedActions().suffix(2) == ["build.building", "build.ready"])
            await expectFailure(.internalFailure) { _ = try await house.advance(version, .ready, .building) }
        }
    }

    @Test func aFailureKeepsItsReason() async throws {
        try await withHouse { house in
            try await house.profile()
            let version = try await house.handIn("digits", by: try await house.person("ana"))
            let fault = Fault(blame: .model, code: .buildFailed, message: "“numpyy” is unknown.", next: "Correct it.")
            #expect(try await house.advance(version, .received, .failed, fault: fault))
            #expect(try await house.models.version(version.id)?.fault == fault)
        }
    }

    @Test func theCurrentVersionIsTheNewestReadyOne() async throws {
        try await withHouse { house in
            try await house.profile()
            let ana = try await house.person("ana")
            let first = try await house.readyVersion("digits", by: ana)
            _ = try await house.handIn("digits", by: ana)
            #expect(try await house.models.currentVersions(in: "ml-2026") == [first])
            let third = try await house.readyVersion("digits", by: ana)
            #expect(try await house.models.currentVersions(in: nil) == [third])
            #expect(try await house.models.currentVersions(in: "other").isEmpty)
        }
    }

    @Test func aRetiredModelIsGoneUntilItIsHandedInAgain() async throws {
        try await withHouse { house in
            try await house.profile()
            let ana = try await house.person("ana")
            let version = try await house.readyVersion("digits", by: ana)
            try await house.models.retire(version.model, at: noon, audit: .test("model.retire"))
            #expect(try await house.models.currentVersions(in: nil).isEmpty)
            #expect(try await house.models.models(in: "ml-2026").isEmpty)
            #expect(try await house.models.model(named: "digits", in: "ml-2026")?.retiredAt == noon)
            #expect(try await house.handIn("digits", by: ana).number == 2)
            #expect(try await house.models.model(named: "digits", in: "ml-2026")?.retiredAt == nil)
            await expectFailure(.notFound) {
                try await house.models.retire(.random(at: noon), at: noon, audit: .test("model.retire"))
            }
        }
    }

    @Test func logLinesComeInOrderAndAfterANumber() async throws {
        try await withHouse { house in
            try await house.profile()
            let version = try await house.handIn("digits", by: try await house.person("ana"))
            try await house.models.appendLog(["one", "two\0", ""], source: .build, to: version.id, at: noon)
            try await house.models.appendLog(["four"], source: .bedel, to: version.id, at: noon + .seconds(1))
            let lines = try await house.models.log(of: version.id, after: 0)
            #expect(lines.map(\.sequence) == [1, 2, 3, 4])
            #expect(lines.map(\.text) == ["one", "two\u{FFFD}", "", "four"])
            #expect(lines.map(\.source) == [.build, .build, .build, .bedel])
            #expect(try await house.models.log(of: version.id, after: 3).map(\.text) == ["four"])
            await expectFailure(.notFound) {
                try await house.models.appendLog(["x"], source: .bedel, to: .random(at: noon), at: noon)
            }
        }
    }

    @Test func aLongLogComesAThousandLinesAtATime() async throws {
        try await withHouse { house in
            try await house.profile()
            let version = try await house.handIn("digits", by: try await house.person("ana"))
            let lines = (1...1500).map { "line \($0)" }
            try await house.models.appendLog(lines, source: .model, to: version.id, at: noon)
            #expect(try await house.models.log(of: version.id, after: 0).count == 1000)
            #expect(try await house.models.log(of: version.id, after: 1000).last?.text == "line 1500")
        }
    }
}
