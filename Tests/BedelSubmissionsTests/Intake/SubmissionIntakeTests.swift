import BedelDomain
import BedelSubmissions
import Testing

@Suite("Handing in")
struct SubmissionIntakeTests {
    @Test func handInIsKeptNumberedAndAudited() async throws {
        let course = try Course()
        let archive = try await Archives.zip(Archives.digits)
        let first = try await course.intake().receive(course.upload(archive), from: course.ana, in: here)
        let second = try await course.intake().receive(course.upload(archive), from: course.ana, in: here)
        #expect([first.number, second.number] == [1, 2])
        #expect(first.receivedAt == course.clock.now())
        #expect(try await course.blobs.read(first.bundle).count == Int(first.size))
        let events = course.models.audited
        #expect(events.count == 2)
        #expect(events.first?.action == "model.submit")
        #expect(events.first?.facts["source"] == "web")
        #expect(course.models.lines(of: first.id).first?.contains("4 files") == true)
        #expect(course.directory.entries.isEmpty)
    }

    @Test func whoIsNoMemberLearnsNothing() async throws {
        let course = try Course()
        let archive = try await Archives.zip(Archives.digits)
        let error = await refusal {
            try await course.intake().receive(course.upload(archive), from: course.stranger, in: here)
        }
        #expect(error?.code == .notFound)
        #expect(course.audit.all.map(\.outcome) == [.denied])
        #expect(course.audit.all.first?.actorName == "eve")
    }

    @Test func anothersModelIsAConflict() async throws {
        let course = try Course()
        let archive = try await Archives.zip(Archives.digits)
        _ = try await course.intake().receive(course.upload(archive), from: course.ana, in: here)
        let error = await refusal {
            try await course.intake().receive(course.upload(archive), from: course.ben, in: here)
        }
        #expect(error?.code == .conflict)
        #expect(error?.next.contains("digits-ana-ben") == true)
        #expect(course.models.allVersions.count == 1)
    }

    @Test func reservedNameIsRefused() async throws {
        let course = try Course()
        let archive = try await Archives.zip(Archives.digits)
        let error = await refusal {
            try await course.intake().receive(course.upload(archive, model: "admin"), from: course.ana, in: here)
        }
        #expect(error?.code == .invalidName)
    }

    @Test func assignmentIsNamedByTheModel() async throws {
        let course = try Course()
        try await course.addAssignment("digits", deadline: nil)
        let archive = try await Archives.zip(Archives.digits)
        _ = try await course.intake().receive(course.upload(archive), from: course.ana, in: here)
        _ = try await course.intake().receive(course.upload(archive, model: "free"), from: course.ana, in: here)
        #expect(
            try await course.models.model(named: label("digits-ana"), in: course.profile)?.assignment == label("digits")
        )
        #expect(try await course.models.model(named: label("free"), in: course.profile)?.assignment == nil)
    }

    @Test func unknownAssignmentIsNamedWithTheKnownOnes() async throws {
        let course = try Course()
        try await course.addAssignment("digits", deadline: nil)
        let archive = try await Archives.zip(Archives.digits)
        let error = await refusal {
            try await course.intake().receive(course.upload(archive, assignment: "letters"), from: course.ana, in: here)
        }
        #expect(error?.code == .notFound)
        #expect(error?.next.contains("“digits”") == true)
    }

    @Test func afterTheDeadlineNothingIsTaken() async throws {
        let course = try Course()
        try await course.addAssignment("digits", deadline: course.clock.now() + .seconds(60))
        let archive = try await Archives.zip(Archives.digits)
        course.clock.advance(by: .seconds(60))
        _ = try await course.intake().receive(course.upload(archive), from: course.ana, in: here)
        course.clock.advance(by: .seconds(1))
        let error = await refusal {
            try await course.intake().receive(course.upload(archive), from: course.ana, in: here)
        }
        #expect(error?.code == .deadlinePassed)
        #expect(course.audit.all.map(\.outcome) == [.denied])
        #expect(course.models.allVersions.count == 1)
    }

    @Test func deadlinePassingDuringTheUploadCounts() async throws {
        let course = try Course()
        try await course.addAssignment("digits", deadline: course.clock.now() + .seconds(60))
        let archive = try await Archives.zip(Archives.digits)
        let slow = AsyncStream<[UInt8]> { continuation in
            continuation.yield(archive)
            continuation.finish()
        }.map { piece in
            course.clock.advance(by: .seconds(61))
            return piece
        }
        let upload = Upload(
            profile: course.profile, model: label("digits-ana"), assignment: nil, source: .api,
            archive: ByteStream(slow))
        let error = await refusal { try await course.intake().receive(upload, from: course.ana, in: here) }
        #expect(error?.code == .deadlinePassed)
        #expect(course.blobs.directory.entries.isEmpty)
    }

    @Test func fullDiskIsOurFault() async throws {
        let course = try Course()
        let archive = try await Archives.zip(Archives.digits)
        let intake = course.intake(limits: BundleLimits(freeDisk: .max))
        let error = await refusal { try await intake.receive(course.upload(archive), from: course.ana, in: here) }
        #expect(error?.code == .unavailable)
        #expect(course.audit.all.map(\.outcome) == [.failed])
    }

    @Test func tokenWithoutTheScopeIsTold() async throws {
        let course = try Course()
        let reader = Principal(
            user: course.ana.user, login: "ana", name: "ana", email: "", groups: [], isAdmin: false,
            roles: course.ana.roles,
            proof: .accessToken(.random(at: course.clock.now()), [.read]))
        let archive = try await Archives.zip(Archives.digits)
        let error = await refusal { try await course.intake().receive(course.upload(archive), from: reader, in: here) }
        #expect(error?.code == .forbidden)
        #expect(error?.message.contains("submit") == true)
    }
}
