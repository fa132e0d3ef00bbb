import ControlAPI
import Daemon
import Foundation
import Glibc
import Loop
import Store
import Testing

@Suite("The control socket", .timeLimit(.minutes(1)))
struct ControlServerTests {
    private func problem(_ reply: RawHTTP) throws -> Problem {
        try ControlCoding.decode(Problem.self, from: Data(reply.body.utf8))
    }

    @Test func `status answers with the version header on a socket for owner and group`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let reply = try await RawHTTP.send("GET", ControlRoute.status, socket: path)
            let status = try ControlCoding.decode(StatusReply.self, from: Data(reply.body.utf8))
            var file = stat()
            _ = stat(path, &file)
            #expect(file.st_mode & 0o777 == 0o660)
            #expect(reply.status == 200)
            #expect(reply.head.lowercased().contains("autodidact-version: \(ControlVersion.program)"))
            #expect(status.currentCheckpoint.id == .base)
            #expect(status.model?.name == "fake")
        }
    }

    @Test func `pause and resume are idempotent over the wire`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            try await bench.running {
                _ = try await bench.rounds.nextBegun()
                for _ in 0..<2 {
                    let reply = try await RawHTTP.send("POST", ControlRoute.pause, socket: path)
                    let state = try ControlCoding.decode(LoopStateReply.self, from: Data(reply.body.utf8))
                    #expect(reply.status == 200 && state.state == .paused && state.round?.rawValue == 1)
                }
                let reply = try await RawHTTP.send("POST", ControlRoute.resume, socket: path)
                let state = try ControlCoding.decode(LoopStateReply.self, from: Data(reply.body.utf8))
                #expect(state.state == .running)
            }
        }
    }

    @Test func `a field that is missing is named as clients write it`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let reply = try await RawHTTP.send("POST", ControlRoute.prune, body: "{}", socket: path)

            #expect(reply.status == 400)
            #expect(reply.body.contains(#"field \"is_dry_run\" is missing"#))
        }
    }

    @Test func `a rollback that cannot be is a problem with the right name`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            try await bench.running {
                bench.rounds.end(.reject)
                for _ in 0..<2 { _ = try await bench.rounds.nextBegun() }
                for (round, name, status) in [(9, ProblemName.noSuchRound, 404), (1, .notPromoted, 409)] {
                    let reply = try await RawHTTP.send(
                        "POST",
                        ControlRoute.rollback,
                        body: "{\"round\": \(round)}",
                        socket: path
                    )
                    #expect(reply.status == status)
                    #expect(try problem(reply).name == name)
                    #expect(reply.head.lowercased().contains(ControlHeader.problem))
                }
            }
        }
    }

    @Test(arguments: [
        ("GET", "/v1/nothing", "", ProblemName.noSuchRoute),
        ("GET", "/v2/status", "", .unsupportedVersion),
        ("GET", "/v1/pause", "", .methodNotAllowed),
        ("GET", "/v1/rounds/one", "", .usage),
        ("GET", "/v1/rounds/7", "", .noSuchRound),
        ("GET", "/v1/events?after=x", "", .usage),
        ("POST", "/v1/rollback", "{}", .usage),
        ("POST", "/v1/rollback", "nonsense", .usage),
        ("POST", "/v1/exports", "{\"format\": \"adapter\"}", .notPromoted),
        ("POST", "/v1/ask", "{\"question\": \" \", \"base\": false}", .usage),
        ("POST", "/v1/ask", "{\"question\": \"a\", \"base\": false, \"candidate_count\": 1}", .usage),
        ("POST", "/v1/ask", "{\"question\": \"a\", \"base\": true, \"round\": 1}", .usage),
        ("POST", "/v1/ask", "{\"question\": \"a\", \"base\": false, \"round\": 9}", .noSuchRound),
        ("GET", "/v1/compare", "", .usage),
        ("GET", "/v1/compare?a=0", "", .usage),
        ("GET", "/v1/compare?a=0&b=x", "", .usage),
        ("GET", "/v1/compare?a=0&b=0", "", .usage),
        ("GET", "/v1/compare?a=0&b=9", "", .noSuchRound),
        ("GET", "/v1/compare?a=0&b=0&split=train", "", .usage),
    ])
    func `a bad request is answered with a problem`(
        method: String,
        route: String,
        body: String,
        name: ProblemName
    ) async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let reply = try await RawHTTP.send(method, route, body: body, socket: path)
            #expect(try problem(reply).name == name)
            #expect(reply.status == name.httpStatus)
        }
    }

    @Test func `a body beyond the limit is refused`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let body = String(repeating: "x", count: ControlLimits.bodyByteCount + 1)
            let reply = try await RawHTTP.send("POST", ControlRoute.ask, body: body, socket: path)
            #expect(try problem(reply).name == .tooLarge)
        }
    }

    @Test func `added questions stand in the journal and a leak is refused whole`() async throws {
        let bench = try Bench()
        let held = QuestionInput(text: "What is 1 + 2?", answer: "3", split: .test, origin: "t:1")
        try await bench.store.add([held])

        try await bench.serving { path in
            let lines = ["{\"question\": \"What is 4 + 4?\"}", "{\"question\": \"what is 1 + 2\"}"]
            let body = "{\"split\": \"train\", \"lines\": [\(lines.joined(separator: ","))]}"
            let refused = try await RawHTTP.send("POST", ControlRoute.questions, body: body, socket: path)
            #expect(try problem(refused).name == .invalid)
            let good = "{\"split\": \"train\", \"lines\": [\(lines[0])]}"
            let reply = try await RawHTTP.send("POST", ControlRoute.questions, body: good, socket: path)
            let added = try ControlCoding.decode(AddQuestionsReply.self, from: Data(reply.body.utf8))
            #expect(added.addedCount == 1)
        }

        #expect(try await bench.store.questionCounts()[.train] == 1)
    }

    @Test func `several faults of added questions all come over the wire`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let lines = ["{\"question\": \"a?\", \"line\": 4}", "{\"question\": \"b?\", \"line\": 6}"]
            let body =
                "{\"split\": \"gate\", \"source\": \"g.jsonl\", \"lines\": [\(lines.joined(separator: ","))]}"
            let reply = try await RawHTTP.send("POST", ControlRoute.questions, body: body, socket: path)
            let problem = try problem(reply)
            #expect(problem.name == .invalid && problem.detail.hasPrefix("2 faults in 2 questions"))
            #expect(problem.faults?.map { String($0.prefix(10)) } == ["g.jsonl:4:", "g.jsonl:6:"])
        }
    }

    @Test func `the model answers a question`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let body = "{\"question\": \"What is 1 + 2?\", \"base\": true}"
            let reply = try await RawHTTP.send("POST", ControlRoute.ask, body: body, socket: path)
            let answer = try ControlCoding.decode(AskReply.self, from: Data(reply.body.utf8))
            #expect(answer.answer == "3")
            #expect(answer.checkpoint == .base)
        }
    }

    @Test func `an event stream replays what was missed and goes on`() async throws {
        let bench = try Bench()
        for number in 1...3 {
            try await bench.store.append([RoundEvent(.warning, message: "event \(number)")])
        }

        try await bench.serving { path in
            async let reply = RawHTTP.send(
                "GET",
                ControlRoute.events,
                headers: ["\(ControlHeader.lastEventID): 1"],
                socket: path,
                until: { $0.contains("event 4") }
            )
            while bench.hub.watcherCount == 0 { await Task.yield() }
            try await bench.store.append([RoundEvent(.warning, message: "event 4")])
            let text = try await reply.body
            #expect(!text.contains("event 1"))
            #expect(text.contains("id: 2\nevent: warning\n"))
            #expect(text.contains("event 3"))
            #expect(text.contains("id: 4\n"))
        }
    }

    @Test func `an adapter export is a copy of the checkpoint and is not overwritten`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            try await bench.running {
                bench.rounds.end(.promote)
                _ = try await bench.next(.roundPromoted)
                let body = "{\"format\": \"adapter\", \"name\": \"mine\"}"
                let reply = try await RawHTTP.send("POST", ControlRoute.exports, body: body, socket: path)
                let export = try ControlCoding.decode(ExportReply.self, from: Data(reply.body.utf8))
                #expect(export.path.hasSuffix("/exports/mine"))
                #expect(export.files.contains { $0.name == "adapter_model.safetensors" && $0.byteCount == 3 })
                let again = try await RawHTTP.send("POST", ControlRoute.exports, body: body, socket: path)
                #expect(try problem(again).name == .exists)
            }
        }
    }

    @Test func `pins, prunes and verify answer over the wire`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            try await bench.running {
                bench.rounds.end(.promote)
                bench.rounds.end(.promote)
                for _ in 0..<3 { _ = try await bench.rounds.nextBegun() }
                let pin = try await RawHTTP.send(
                    "POST",
                    ControlRoute.pin,
                    body: #"{"round":1,"is_pinned":true}"#,
                    socket: path
                )
                #expect(
                    try ControlCoding.decode(PinReply.self, from: Data(pin.body.utf8)).checkpoint.isPinned
                )
                let prune = try await RawHTTP.send(
                    "POST",
                    ControlRoute.prune,
                    body: #"{"keep":1,"is_dry_run":false}"#,
                    socket: path
                )
                let pruned = try ControlCoding.decode(PruneReply.self, from: Data(prune.body.utf8))
                #expect(pruned.pruned.isEmpty && pruned.kept.map(\.reason) == ["pinned", "current"])
                let base = try await RawHTTP.send(
                    "POST",
                    ControlRoute.pin,
                    body: #"{"round":0,"is_pinned":true}"#,
                    socket: path
                )
                #expect(base.status == 400)
            }
            let reply = try await RawHTTP.send("GET", ControlRoute.verify, socket: path)
            let found = try ControlCoding.decode(VerifyReply.self, from: Data(reply.body.utf8))
            // The fake adapters are no safetensors files, and their rounds had no gate.
            #expect(found.violations.contains { $0.rule == "checkpoint_finite" })
            #expect(found.roundCount == 3)
        }
    }

    @Test func `metrics have one help and type line for each name and numbers as values`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            try await bench.running {
                bench.rounds.end(.promote)
                for _ in 0..<2 { _ = try await bench.rounds.nextBegun() }
            }
            let reply = try await RawHTTP.send("GET", ControlRoute.metrics, socket: path)
            let lines = reply.body.split(separator: "\n")
            #expect(reply.status == 200)
            #expect(lines.contains(#"autodidact_rounds_total{outcome="promoted"} 1.0"#), "\(reply.body)")
            #expect(lines.contains(#"autodidact_checkpoint 1.0"#))
            let names = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
            #expect(Set(names).count == names.count)
            for line in lines where !line.hasPrefix("#") {
                #expect(
                    line.wholeMatch(
                        of: /autodidact_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+]+/
                    ) != nil,
                    "\(line)"
                )
            }
        }
    }

    @Test func `a path that is too long is refused with its length`() {
        let error = #expect(throws: DaemonError.self) {
            try SocketPath("/tmp/" + String(repeating: "x", count: 103))
        }

        #expect(error?.message.contains("108 bytes") == true)
        #expect(error.map(ExitStatus.of) == 78)
    }

    @Test func `a socket in use is refused and a stale one removed`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let error = #expect(throws: DaemonError.self) { try SocketPath(path).prepare() }
            #expect(error?.code == .socketInUse)
        }
        let stale = bench.directory.path + "/stale"
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: stale.utf8) }
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        close(descriptor)
        try SocketPath(stale).prepare()

        #expect(!FileManager.default.fileExists(atPath: stale))
    }

    @Test func `a file that is no socket is never removed`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("notes", "mine")

        #expect(throws: DaemonError.self) { try SocketPath(path).prepare() }

        #expect(FileManager.default.fileExists(atPath: path))
    }
}
