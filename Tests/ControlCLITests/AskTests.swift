import ControlAPI
import ControlCLI
import Foundation
import Loop
import Testing

struct AskTests {
    private static let answer = AskReply(
        text: "  3 + 7 = 10.\nThe answer is 10.",
        answer: "10",
        checkpoint: CheckpointID(rawValue: 2),
        tokenCount: 12,
        seconds: 0.5
    )

    private static func stream(_ blocks: [String]) -> StubReply {
        StubReply(headers: ["Content-Type: \(ControlHeader.eventStream)"], parts: blocks)
    }

    private static func streaming(_ pieces: [String]) throws -> StubReply {
        var blocks = try pieces.map { try ServerSentEvent(TextItem(text: $0)).text }
        blocks.insert(ServerSentEvent.heartbeat, at: 0)
        return stream(blocks + [try ServerSentEvent(answer).text])
    }

    /// A question asked on a terminal that shows no colours.
    private static func asked(_ daemon: StubDaemon) async -> Invocation {
        await Invocation.run("ask", "What?", "--color=never", socket: daemon.socketPath, width: 80)
    }

    @Test func `on a terminal the text is shown piece by piece, then who wrote it`() async throws {
        let reply = try Self.streaming([" ", " 3 +", " 7 = 10.\n", "The\u{1B}[31m answer is 10."])
        let daemon = try StubDaemon { _ in reply }
        defer { daemon.stop() }

        let run = await Self.asked(daemon)

        #expect(run.status == 0)
        #expect(
            run.output == """
                3 + 7 = 10.
                The\u{FFFD}[31m answer is 10.
                answer 10 · checkpoint 2 · 12 tokens in 0.5 s

                """
        )
        #expect(daemon.requests.first?.headers.lowercased().contains("accept: text/event-stream") == true)
    }

    @Test func `elsewhere the whole text comes at the end, and --json is the final reply alone`() async throws
    {
        let reply = try Self.streaming(["3", " wrong pieces are not shown"])
        let daemon = try StubDaemon { _ in reply }
        defer { daemon.stop() }

        let plain = await Invocation.run("ask", "What?", socket: daemon.socketPath)
        let json = await Invocation.run("ask", "What?", "--json", socket: daemon.socketPath, width: 80)

        #expect(
            plain.output
                == "3 + 7 = 10.\nThe answer is 10.\nanswer 10 · checkpoint 2 · 12 tokens in 0.5 s\n"
        )
        #expect(json.output.filter { $0 == "\n" }.count == 1)
        #expect(try ControlCoding.decode(AskReply.self, from: Data(json.output.utf8)) == Self.answer)
    }

    @Test func `a daemon that does not stream is understood`() async throws {
        let daemon = try StubDaemon { _ in (try? .fixture("ask")) ?? .json("") }
        defer { daemon.stop() }

        let run = await Self.asked(daemon)

        #expect(run.status == 0)
        #expect(run.output.hasPrefix("3 + 7 = 10. 10 + 9 = 19. The answer is 19.\nanswer 19 · checkpoint 1"))
    }

    @Test func `a problem in mid stream ends the line and the program`() async throws {
        let problem = Problem(.busy, "the daemon is stopping", hint: "try again when it runs")
        let blocks = try [
            ServerSentEvent(TextItem(text: "3 +")).text, ServerSentEvent(problem).text,
        ]
        let daemon = try StubDaemon { _ in Self.stream(blocks) }
        defer { daemon.stop() }

        let run = await Self.asked(daemon)

        #expect(run.status == 75)
        #expect(run.output == "3 +\n")
        #expect(run.messages == "autodidact: the daemon is stopping\ntry again when it runs\n")
    }

    @Test func `a stream without an answer is no success`() async throws {
        let blocks = [try ServerSentEvent(TextItem(text: "3 +")).text]
        let daemon = try StubDaemon { _ in Self.stream(blocks) }
        defer { daemon.stop() }

        let run = await Invocation.run("ask", "What?", socket: daemon.socketPath)

        #expect(run.status == 75)
        #expect(run.output.isEmpty)
        #expect(run.messages.contains("closed the connection"))
    }

    @Test func `without a daemon it says so as every verb does`() async throws {
        let run = await Invocation.run("ask", "What?", socket: "/nonexistent/socket")

        #expect(run.status == ProblemName.noDaemon.exitStatus)
        #expect(run.messages.contains("/nonexistent/socket"))
    }

    @Test func `options become the request`() async throws {
        let daemon = try StubDaemon { request in
            (try? .fixture(request.target.hasPrefix(ControlRoute.rounds) ? "rounds" : "ask_vote"))
                ?? .json("")
        }
        defer { daemon.stop() }

        let path = daemon.socketPath
        _ = await Invocation.run("ask", "What?", "--checkpoint", "base", socket: path)
        _ = await Invocation.run("ask", "What?", "--checkpoint", "promoted", "--samples", "4", socket: path)
        _ = await Invocation.run("ask", "What?", "--base", "--temperature", "0.5", socket: path)

        #expect(
            daemon.requests.filter { $0.method == "POST" }.map(\.body) == [
                #"{"base":false,"question":"What?","round":0}"#,
                #"{"base":false,"candidate_count":4,"question":"What?","round":1}"#,
                #"{"base":true,"question":"What?","temperature":0.5}"#,
            ]
        )
    }

    @Test func `a vote shows every answer, the votes and the winner`() async throws {
        let daemon = try StubDaemon { _ in (try? .fixture("ask_vote")) ?? .json("") }
        defer { daemon.stop() }

        let run = await Invocation.run("ask", "What?", "--samples", "4", socket: daemon.socketPath)

        #expect(
            run.output == """
                ANSWER  TEXT
                18      3 + 7 = 9. 9 + 9 = 18. The answer is 18.
                19      3 + 7 = 10. 10 + 9 = 19. The answer is 19.
                –       3 and 7 and 9 are three numbers, and
                19      10 + 9 = 19. The answer is 19.

                  19 ████████████████████████ 2
                  18 ████████████ 1

                answer 19 · 2 of 3 votes · consistency 0.67 · 1 could not be read · checkpoint 1 · 118 tokens in 1.2 s

                """
        )
    }

    @Test func `what the judge said comes last`() throws {
        var reply = Self.answer
        (reply.answer, reply.note) = (nil, "the judge found no answer: judge_none: no\u{1B} proof")

        let lines = Renderer(width: nil).ask(reply)

        #expect(lines.contains { $0.hasPrefix("no answer could be read · checkpoint 2") })
        #expect(lines.last == "note: the judge found no answer: judge_none: no\u{FFFD} proof")
    }

    @Test func `a vote that a round would not take says why`() throws {
        var reply = try ControlCoding.decode(AskReply.self, from: Data(try Fixture.text("ask_vote").utf8))
        reply.vote?.isTied = true
        reply.vote?.reason = "tied"

        let lines = Renderer(width: nil).ask(reply)

        #expect(lines.last?.contains(" · tied · a round would not train on it: the vote was tied · ") == true)
    }

    @Test(arguments: [
        ["--samples", "1"], ["--samples", "65"], ["--base", "--checkpoint", "1"], ["--temperature", "-1"],
        ["--checkpoint", "newest"],
    ])
    func `a wrong option ends with 64 and touches no socket`(arguments: [String]) async throws {
        let run = await Invocation.run(
            arguments: ["ask", "What?"] + arguments,
            socket: "/nonexistent/socket"
        )

        #expect(run.status == 64)
        #expect(!run.messages.contains("/nonexistent"))
    }
}
