import Loop
import ScaleOut
import Synchronization
import Testing

@Suite struct GenerateTests {
    private let key = RandomKey(seed: 7, round: 3)

    private func requests(_ count: Int, candidates: Int) -> [GenerationRequest] {
        (1...count).map {
            GenerationRequest(question: QuestionID(rawValue: $0), prompt: "q\($0)", count: candidates)
        }
    }

    @Test func `candidates come in order, from seeds that no two questions share`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))

        let texts = try await server.serving { [key] in
            try await engine.generate(requests(20, candidates: 3), prefix: "p", settings: .init(), key: key) {
                _ in
            }
        }

        #expect(texts.map(\.question.rawValue) == (1...20).flatMap { [$0, $0, $0] })
        #expect(texts.map(\.index) == (0..<60).map { $0 % 3 })
        let seeds = texts.compactMap { Int($0.text) }
        #expect(Set(seeds).count == 60)
        for first in stride(from: 0, to: 60, by: 3) {
            #expect(seeds[first] % 65_536 == 0 && seeds[first] >= 0)
            #expect(seeds[first + 2] == seeds[first] + 2)
        }
        #expect(texts.allSatisfy { $0.tokenCount == 2 && $0.meanLogProbability == -2 && $0.finish == .stop })
    }

    @Test func `requests of one question have indices and seeds of their own`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        let requests = (0..<2).map { first in
            GenerationRequest(
                question: QuestionID(rawValue: 1),
                prompt: "q\(first)",
                count: 3 - first,
                firstIndex: first,
                indexStep: 2
            )
        }

        let texts = try await server.serving { [key] in
            try await engine.generate(requests, prefix: "p", settings: .init(), key: key) { _ in }
        }

        let seeds = texts.compactMap { Int($0.text) }
        #expect(texts.map(\.index) == [0, 2, 4, 1, 3])
        #expect(seeds.map { $0 % 65_536 } == [0, 1, 2, 2048, 2049])
        #expect(Set(seeds.map { $0 / 65_536 }).count == 1)
    }

    @Test func `everything that shapes sampling is sent, prompts as token ids`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        var settings = GenerateSettings()
        (settings.temperature, settings.topP, settings.topK) = (0.5, 0.9, 40)
        (settings.maxNewTokens, settings.stop) = (33, ["\n", "END"])

        try await server.serving { [key, settings] in
            _ = try await engine.generate(
                requests(1, candidates: 2),
                prefix: "p",
                settings: settings,
                key: key
            ) { _ in }
        }

        let sent = try #require(server.state.withLock { $0.requests.last })
        #expect(sent["prompt"] == .array([.array([.int(112), .int(113), .int(49)])]))
        #expect(sent["temperature"] == .double(0.5))
        #expect(sent["top_p"] == .double(0.9))
        #expect(sent["top_k"] == .int(40))
        #expect(sent["max_tokens"] == .int(33))
        #expect(sent["n"] == .int(2))
        #expect(sent["stop"] == .array([.string("\n"), .string("END")]))
        #expect(sent["stop_token_ids"] == .array([.int(0)]))
        let neutral = [
            "min_p", "repetition_penalty", "presence_penalty", "frequency_penalty", "seed", "ignore_eos",
            "logprobs",
            "skip_special_tokens", "return_token_ids",
        ]
        for name in neutral { #expect(sent[name] != nil, "\(name)") }
    }

    @Test func `a prompt's own end token ends its candidates, beside those of the model`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        var prompt: PromptText = "q"
        prompt.answerEnd = "!"
        let request = GenerationRequest(question: QuestionID(rawValue: 1), prompt: prompt, count: 1)

        try await server.serving { [key] in
            _ = try await engine.generate([request], prefix: "", settings: .init(), key: key) { _ in }
        }

        let sent = try #require(server.state.withLock { $0.requests.last })
        #expect(sent["stop_token_ids"] == .array([.int(0), .int(33)]))
    }

    @Test func `a key goes with every request`() async throws {
        let bench = try Bench()
        let server = bench.server()
        var settings = bench.settings([server.address])
        settings.apiKey = "secret"
        let engine = try bench.engine(settings)

        _ = try await server.serving { [key] in
            try await engine.generate(requests(2, candidates: 1), prefix: "", settings: .init(), key: key) {
                _ in
            }
        }

        #expect(Set(server.state.withLock { $0.authorizations }) == ["Bearer secret"])
    }

    @Test func `greedy candidates are asked for once`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        var settings = GenerateSettings()
        settings.temperature = 0

        let texts = try await server.serving { [key, settings] in
            try await engine.generate(requests(1, candidates: 3), prefix: "", settings: settings, key: key) {
                _ in
            }
        }

        #expect(texts.map(\.index) == [0, 1, 2])
        #expect(Set(texts.map(\.text)).count == 1)
        #expect(server.state.withLock { $0.requests.last?["n"] } == .int(1))
    }

    @Test func `a reply cut short is asked for again`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        let calm = try await server.serving { [key] in
            try await engine.generate(requests(4, candidates: 2), prefix: "", settings: .init(), key: key) {
                _ in
            }
        }

        let disturbed = try await server.serving { [key] in
            server.state.withLock { $0.faults = [.truncated] }
            return try await engine.generate(
                requests(4, candidates: 2),
                prefix: "",
                settings: .init(),
                key: key
            ) { _ in }
        }

        #expect(disturbed == calm)
    }

    @Test(arguments: [StubServer.Fault.status(503), .frozen])
    func `a server that fails is tested and gets its work again`(fault: StubServer.Fault) async throws {
        let bench = try Bench()
        let server = bench.server()
        var settings = bench.settings([server.address])
        settings.timeouts.request = .seconds(1)
        let engine = try bench.engine(settings)
        let meter = Mutex(0)

        let texts = try await server.serving { [key] in
            // The first completion is the test of life.
            _ = try await engine.generate(requests(1, candidates: 1), prefix: "", settings: .init(), key: key)
            { _ in }
            server.state.withLock { $0.faults = [fault] }
            return try await engine.generate(
                requests(5, candidates: 2),
                prefix: "",
                settings: .init(),
                key: key
            ) { now in
                meter.withLock { $0 = now.doneCount }
            }
        }

        #expect(texts.count == 10)
        #expect(meter.withLock { $0 } == 10)
        #expect(bench.notes.withLock { $0.count } == 1)
    }

    @Test func `what one server cannot do another one does`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(
            bench.settings(["unix:\(bench.directory)/none.sock", server.address])
        )

        let texts = try await server.serving { [key] in
            try await engine.generate(requests(6, candidates: 1), prefix: "", settings: .init(), key: key) {
                _ in
            }
        }

        #expect(texts.count == 6)
    }

    @Test func `an idle server does the work of one that hangs, without waiting for it`()
        async throws
    {
        let bench = try Bench()
        let (frozen, sound) = (bench.server("a"), bench.server("b"))
        var settings = bench.settings([frozen.address, sound.address])
        settings.timeouts.request = .seconds(1)
        settings.restarts = 3
        let engine = try bench.engine(settings)
        let clock = ContinuousClock()

        let (texts, duration) = try await frozen.serving { [key] in
            try await sound.serving {
                // Both are looked at first, then one has two questions in hand and never answers again.
                frozen.state.withLock { $0.faults = [.none, .none] + Array(repeating: .frozen, count: 20) }
                // The sound one is not done with everything before the other has taken any.
                sound.state.withLock {
                    $0.isHolding = { own in
                        own.requests.count > 2 && frozen.state.withLock { $0.requests.count } < 3
                    }
                }
                let start = clock.now
                let texts = try await engine.generate(
                    requests(4, candidates: 1),
                    prefix: "",
                    settings: .init(),
                    key: key
                ) { _ in }
                return (texts, clock.now - start)
            }
        }

        #expect(texts.count == 4)
        #expect(frozen.state.withLock { $0.requests.count } >= 3, "it had work")
        #expect(duration < .seconds(2.5), "its deadline is one second; four tests of life would take seven")
    }

    @Test func `failures with results in between do not add up`() async throws {
        let bench = try Bench()
        let server = bench.server()
        var settings = bench.settings([server.address])
        (settings.inFlight, settings.restarts) = (1, 1)
        let engine = try bench.engine(settings)

        let texts = try await server.serving { [key] in
            // Two requests look at the server, one gives a result, one fails.
            let turn: [StubServer.Fault] = [.none, .none, .none, .status(503)]
            server.state.withLock { $0.faults = turn + turn + turn }
            return try await engine.generate(
                requests(5, candidates: 1),
                prefix: "",
                settings: .init(),
                key: key
            ) { _ in }
        }

        #expect(texts.count == 5)
        #expect(bench.notes.withLock { $0.count } == 3)
    }

    @Test func `a refusal ends the call at once with the server's own words`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))

        let error = await #expect(throws: ScaleOutError.self) {
            try await server.serving { [key] in
                _ = try await engine.generate(
                    requests(1, candidates: 1),
                    prefix: "",
                    settings: .init(),
                    key: key
                ) { _ in }
                server.state.withLock { $0.faults = [.status(400), .status(400)] }
                _ = try await engine.generate(
                    requests(1, candidates: 1),
                    prefix: "",
                    settings: .init(),
                    key: key
                ) { _ in }
            }
        }

        #expect(error?.code == .requestRefused)
        #expect(error?.message.contains("stub says 400") == true)
    }

    @Test func `no server at all is an error that names it`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(bench.settings(["unix:\(bench.directory)/none.sock"]))

        let error = await #expect(throws: ScaleOutError.self) {
            _ = try await engine.generate(requests(1, candidates: 1), prefix: "", settings: .init(), key: key)
            { _ in }
        }

        #expect(error?.code == .serverUnavailable)
        #expect(error?.message.contains("none.sock") == true)
        #expect(bench.notes.withLock { $0.count } == 2, "tried once more")
    }

    @Test func `a cancelled call ends within a second`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        let clock = ContinuousClock()

        try await server.serving { [key] in
            server.state.withLock { $0.faults = Array(repeating: .frozen, count: 8) }
            let task = Task {
                try await engine.generate(requests(1, candidates: 1), prefix: "", settings: .init(), key: key)
                { _ in }
            }
            try await Task.sleep(for: .milliseconds(200))
            let start = clock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(clock.now - start < .seconds(1))
        }
    }

    @Test func `a prompt that does not fit is refused before any request`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(
            bench.settings(["unix:/none"]),
            model: ByteModel(contextLength: 100)
        )

        let error = await #expect(throws: ScaleOutError.self) {
            _ = try await engine.generate(
                requests(1, candidates: 1),
                prefix: PromptText(format: String(repeating: "x", count: 90)),
                settings: .init(),
                key: key
            ) { _ in }
        }

        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("question 1") == true)
    }
}
