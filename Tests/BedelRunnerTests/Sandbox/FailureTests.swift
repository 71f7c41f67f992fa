import BedelDomain
import Testing

@testable import BedelRunner

@Suite("Models that go wrong", .serialized)
struct FailureTests {
    @Test(arguments: [
        ("no-class", "no class Model"), ("no-file", "no file Model.py"), ("crashes-at-load", "weights.bin"),
    ])
    func aModelThatDoesNotStartSaysWhy(_ name: String, _ reason: String) async throws {
        try await RunnerFixture.run { runner, _ in
            let id = RunnerFixture.newID()
            let error = try await fault {
                _ = try await runner.startExample(RunnerFixture.example("broken/\(name)"), id: id)
            }
            #expect(error.code == .modelCrashed)
            #expect(error.message.contains(reason))
            #expect(await runner.output(of: id).contains { $0.contains(reason) })
        }
    }

    @Test func oneThatHangsWhileLoadingTimesOut() async throws {
        try await RunnerFixture.run { runner, settings in
            let error = try await fault {
                _ = try await runner.startExample(RunnerFixture.example("broken/hangs-at-load")) { $0.startSeconds = 1 }
            }
            #expect(error.code == .modelTimedOut)
            #expect(await Disk.run { SmallFile.names(in: settings.instances) }.isEmpty)
        }
    }

    @Test func oneThatHangsWhenAskedTimesOut() async throws {
        try await RunnerFixture.run { runner, _ in
            let id = try await runner.startExample(RunnerFixture.example("broken/hangs-at-predict"))
            let error = try await fault { _ = try await runner.predict(id, limit: .milliseconds(300)) }
            #expect(error.code == .modelTimedOut)
        }
    }

    @Test func oneThatAbortsIsTypedAndReportedOnce() async throws {
        try await RunnerFixture.run { runner, _ in
            let id = try await runner.startExample(RunnerFixture.example("broken/crashes-at-predict"))
            var exits = runner.exits.makeAsyncIterator()
            let error = try await fault { _ = try await runner.predict(id) }
            #expect(error.code == .modelCrashed && error.message.contains("signal 6"))
            #expect(await exits.next()?.id == id)
            #expect(await runner.output(of: id).contains("about to abort"))
            #expect(try await fault { _ = try await runner.predict(id) }.code == .modelCrashed)
        }
    }

    @Test func anErrorInPredictIsAnAnswerWithoutATraceback() async throws {
        try await RunnerFixture.run { runner, _ in
            let id = try await runner.startExample(RunnerFixture.example("broken/fails-at-predict"))
            let (status, body) = try await runner.predict(id)
            #expect(status == 500 && body.contains("TypeError") && body.contains("FAILURE"))
            #expect(!body.contains("Traceback") && !body.contains("/bundle"))
            var output = await runner.output(of: id)
            for _ in 0..<500 where !output.contains(where: { $0.contains("Traceback") }) {
                // What a model prints comes by another way than its answer, and may come later.
                try await Task.sleep(for: .milliseconds(10))
                output = await runner.output(of: id)
            }
            #expect(output.contains { $0.contains("Traceback") })
            #expect(try await runner.predict(id, "\"x\"").0 == 400)
        }
    }

    @Test func whatJSONCannotSayBecomesNull() async throws {
        try await RunnerFixture.run { runner, _ in
            let id = try await runner.startExample(RunnerFixture.example("broken/answers-nonsense"))
            #expect(try await runner.predict(id).1.contains(#"["a cat",null,null]"#))
        }
    }

    @Test func anEndlessAnswerIsCutOff() async throws {
        try await RunnerFixture.run { runner, _ in
            let id = try await runner.startExample(RunnerFixture.example("broken/answers-too-much"))
            let error = try await fault { _ = try await runner.predict(id) }
            #expect(error.code == .modelAnswerInvalid)
        }
    }

    @Test func aRedirectIsNotFollowed() async throws {
        let bundle = try await RunnerFixture.bundle(
            """
            import os, socket, threading

            class Model:
                def load(self):
                    listener = socket.socket(fileno=os.dup(0))
                    def serve():
                        while True:
                            connection, _ = listener.accept()
                            while connection.recv(65536):
                                connection.sendall(b"HTTP/1.1 307 Away\\r\\nLocation: http://127.0.0.1:1/\\r\\n"
                                                   b"Content-Length: 0\\r\\n\\r\\n")
                    serve()
                def predict(self, X):
                    return X
            """)
        try await RunnerFixture.run { runner, _ in
            let error = try await fault { _ = try await runner.startExample(bundle) { $0.startSeconds = 1 } }
            #expect(error.code == .modelTimedOut)
        }
    }

    @Test func stoppingTwiceOrAnUnknownOneIsNoError() async throws {
        try await RunnerFixture.run { runner, _ in
            let id = try await runner.startExample(RunnerFixture.example("broken/answers-nonsense"))
            await runner.stop(id)
            await runner.stop(id)
            await runner.stop(RunnerFixture.newID())
            #expect(try await fault { _ = try await runner.predict(id) }.code == .modelNotReady)
        }
    }
}
