import ControlAPI
import Daemon
import Foundation
import Loop
import Synchronization
import Testing

@Suite("A person's question", .timeLimit(.minutes(1)))
struct AskTests {
    private func settings(_ change: (inout RoundConfiguration) -> Void = { _ in }) -> DaemonSettings {
        var settings = DaemonSettings()
        settings.round.prompt.shots = "Q: 1 + 1?\nA: The answer is 2.\n"
        settings.round.prompt.shotsInEvaluation = false
        settings.round.generate.temperature = 0.8
        change(&settings.round)
        return settings
    }

    /// The blocks of a chunked event stream.
    private func blocks(_ reply: RawHTTP) throws -> [(name: String, data: Data)] {
        try reply.body.split(separator: "\n\n").compactMap { block in
            guard let start = block.firstRange(of: "event: ") else { return nil }
            let lines = block[start.upperBound...].split(separator: "\n")
            let data = try #require(lines.first { $0.hasPrefix("data: ") }?.dropFirst(6))
            return (String(lines[0]), Data(data.utf8))
        }
    }

    private func ask(
        _ path: String,
        _ fields: String = "",
        until: @escaping @Sendable (String) -> Bool = { _ in false }
    ) async throws -> RawHTTP {
        try await RawHTTP.send(
            "POST",
            ControlRoute.ask,
            body: "{\"question\": \"What is 1 + 2?\", \"base\": false\(fields)}",
            headers: ["Accept: \(ControlHeader.eventStream)"],
            socket: path,
            until: until
        )
    }

    @Test func `where answers are choices a question without them is refused`() async throws {
        let bench = try Bench(settings: settings { $0.vote.answerKind = .choice })

        try await bench.serving { path in
            let reply = try await ask(path)
            #expect(reply.status == 400)
            #expect(reply.body.contains("choices"))
        }
    }

    @Test func `a stream has the text in pieces and ends with the whole answer`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let reply = try await ask(path)
            let blocks = try blocks(reply)
            #expect(reply.status == 200)
            #expect(reply.head.lowercased().contains("content-type: text/event-stream"))
            #expect(blocks.map(\.name) == ["text", "text", "answer"])
            let pieces = try blocks.dropLast().map {
                try ControlCoding.decode(TextItem.self, from: $0.data).text
            }
            let answer = try ControlCoding.decode(AskReply.self, from: try #require(blocks.last).data)
            #expect(pieces == [" The answer", " is 3."])
            #expect(answer.text == pieces.joined() && answer.answer == "3" && answer.vote == nil)
        }
    }

    @Test func `a piece arrives before the engine has written the next`() async throws {
        let bench = try Bench()
        bench.engine.script.withLock { $0 = [.piece("one"), .wait, .piece(" two")] }

        try await bench.serving { path in
            let reply = try await ask(path) { [engine = bench.engine] text in
                // The engine waits until the reader has seen what came before.
                if text.contains("one"), !text.contains("two") { engine.goOn.put(true) }
                return false
            }
            #expect(try blocks(reply).map(\.name) == ["text", "text", "answer"])
        }
    }

    @Test func `the generation is cancelled when its reader goes away`() async throws {
        let bench = try Bench()
        bench.engine.script.withLock { $0 = [.piece("one"), .wait] }

        try await bench.serving { path in
            _ = try await ask(path) { $0.contains("one") }
            #expect(try await bench.engine.streamEnds.take())
        }
    }

    @Test func `a reader that does not read holds up neither the engine nor the next question`() async throws
    {
        let bench = try Bench()
        let part = String(repeating: "x", count: 64 << 10)
        bench.engine.script.withLock { $0 = Array(repeating: .piece(part), count: 200) }
        let mayRead = DispatchSemaphore(value: 0)

        try await bench.serving { path in
            async let slow = ask(path) { _ in
                mayRead.wait()
                return true
            }
            #expect(try await bench.engine.streamEnds.take() == false)
            bench.engine.script.withLock { $0 = [.piece("The answer is 4.")] }
            let other = try await ask(path)
            #expect(try blocks(other).map(\.name) == ["text", "answer"])
            mayRead.signal()
            _ = try await slow
        }
    }

    @Test func `a failure in mid stream is the last block`() async throws {
        let bench = try Bench()
        bench.engine.script.withLock { $0 = [.piece("one"), .fail] }

        try await bench.serving { path in
            let blocks = try blocks(try await ask(path))
            let problem = try ControlCoding.decode(Problem.self, from: try #require(blocks.last).data)
            #expect(blocks.map(\.name) == ["text", "problem"])
            #expect(problem.detail == "the fake engine fails")
        }
    }

    @Test func `a wrong question has its own status though a stream was asked for`() async throws {
        let bench = try Bench()

        try await bench.serving { path in
            let reply = try await ask(path, ", \"round\": 7")
            #expect(reply.status == 404)
            #expect(reply.head.lowercased().contains(ControlHeader.problem))
        }
    }

    @Test func `several candidates vote as they would in a round`() async throws {
        let bench = try Bench(settings: settings())
        bench.engine.texts.withLock {
            $0 = [" The answer is 4.", " The answer is 3.", " No idea.", " So, the answer is 3.0"]
        }

        let reply = try await bench.control.ask(AskRequest(question: "What is 1 + 2?", candidateCount: 4))

        #expect(reply.answer == "3" && reply.text == " The answer is 3.")
        #expect(reply.candidates?.map(\.answer) == ["4", "3", nil, "3"])
        #expect(reply.candidates?.map(\.index) == [0, 1, 2, 3])
        #expect(reply.vote?.rivals.map(\.answer) == ["3", "4"])
        #expect(reply.vote?.rivals.map(\.count) == [2, 1])
        #expect(reply.vote?.consistency == 2.0 / 3 && reply.vote?.reason == nil)
        #expect(reply.tokenCount == 20)
        let call = try #require(bench.engine.calls.withLock { $0 }.last)
        #expect(call.temperature == 0.8 && call.prefix == "Q: 1 + 1?\nA: The answer is 2.\n")
    }

    @Test func `a vote that a round would not take has its reason`() async throws {
        let bench = try Bench(settings: settings { $0.vote.minVotes = 3 })

        let reply = try await bench.control.ask(
            AskRequest(question: "What?", temperature: 0.3, candidateCount: 2)
        )

        #expect(reply.vote?.reason == VerdictReason.lowConsistency.rawValue)
        #expect(bench.engine.calls.withLock { $0 }.last?.temperature == 0.3)
    }

    /// Says whether a text is long, as a person's own program would.
    private struct LengthJudge: AnswerJudge {
        func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
            texts.map { text in
                text.contains("idea")
                    ? .none(.judgeNone, "no number in it")
                    : .answer(Answer(canonical: text.utf8.count > 17 ? "long" : "short"))
            }
        }
    }

    @Test func `where a judge reads answers it reads what a person asks for`() async throws {
        let settings = settings { $0.vote.answerKind = .judge }
        let bench = try Bench(settings: settings, judge: LengthJudge())
        bench.engine.texts.withLock { $0 = [" The answer is 3.", " No idea.", " So, the answer is 3."] }

        let single = try await bench.control.ask(AskRequest(question: "What?"))
        let vote = try await bench.control.ask(AskRequest(question: "What?", candidateCount: 3))

        #expect(single.answer == "short" && single.note == nil)
        #expect(vote.candidates?.map(\.answer) == ["short", nil, "long"])
        #expect(vote.vote?.parsedCount == 2 && vote.note == nil)
    }

    @Test func `a judge that finds no answer is quoted`() async throws {
        let settings = settings { $0.vote.answerKind = .judge }
        let bench = try Bench(settings: settings, judge: LengthJudge())
        bench.engine.texts.withLock { $0 = [" No idea."] }

        let reply = try await bench.control.ask(AskRequest(question: "What?"))

        #expect(reply.answer == nil && reply.text == " No idea.")
        #expect(reply.note == "the judge found no answer: judge_none: no number in it")
    }

    @Test func `the text is shown and the reason said where the judge cannot be asked`() async throws {
        let judged = try Bench(settings: settings { $0.vote.answerKind = .judge })
        let code = try Bench(settings: settings { $0.vote.answerKind = .code }, judge: LengthJudge())

        let first = try await judged.control.ask(AskRequest(question: "What?"))
        let second = try await code.control.ask(AskRequest(question: "What?"))

        #expect(first.text == " The answer is 3." && first.answer == nil)
        #expect(first.note == "the judge was not asked: this daemon runs none")
        #expect(second.answer == nil)
        #expect(second.note?.hasPrefix("the judge was not asked: answers of kind code") == true)
    }

    @Test func `candidates at temperature 0 are refused, a single answer is greedy`() async throws {
        let bench = try Bench(settings: settings())

        let problem = await #expect(throws: Problem.self) {
            try await bench.control.ask(AskRequest(question: "What?", temperature: 0, candidateCount: 2))
        }
        let single = try await bench.control.ask(AskRequest(question: "What?"))

        #expect(problem?.name == .usage)
        #expect(single.candidates == nil && single.vote == nil)
        let call = try #require(bench.engine.calls.withLock { $0 }.last)
        #expect(call.temperature == 0 && call.prefix.isEmpty)
    }

    @Test func `a round's checkpoint answers when it is named`() async throws {
        let bench = try Bench()

        try await bench.running {
            bench.rounds.end(.promote)
            bench.rounds.end(.promote)
            bench.rounds.end(.reject)
            for _ in 0..<4 { _ = try await bench.rounds.nextBegun() }
            let asked: [RoundID?] = [1, 2, 0].map { RoundID(rawValue: $0) } + [nil]
            var checkpoints: [Int] = []
            for round in asked {
                let reply = try await bench.control.ask(AskRequest(question: "What?", round: round))
                checkpoints.append(reply.checkpoint.rawValue)
            }
            #expect(checkpoints == [1, 2, 0, 2])
            let used = bench.engine.generatedWith.suffix(4)
            #expect(used.map { String($0.suffix(6)) } == ["000001", "000002", "base", "000002"])
            let problem = await #expect(throws: Problem.self) {
                try await bench.control.ask(AskRequest(question: "What?", round: RoundID(rawValue: 3)))
            }
            #expect(problem?.name == .notPromoted)
        }
    }
}
