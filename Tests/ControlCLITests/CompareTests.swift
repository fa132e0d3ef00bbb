import ControlAPI
import ControlCLI
import Foundation
import Loop
import Testing

struct CompareTests {
    private func reply() throws -> CompareReply {
        try ControlCoding.decode(CompareReply.self, from: Data(try Fixture.text("compare").utf8))
    }

    @Test func `the verdict comes first, then scores, counts and the questions that differ`() throws {
        #expect(
            Renderer(width: nil).comparison(try reply()).joined(separator: "\n") == """
                checkpoint 1 is right on 17 questions more than the base model; p < 0.001: hardly chance

                   CHECKPOINT                  RIGHT        GATE %
                A  the base model          51 of 100  51.0 (41–61)
                B  checkpoint 1 (round 1)  68 of 100  68.0 (58–76)

                right       both 49 · only A 2 · only B 19 · neither 30

                gained: right in B only (19)
                 ID  QUESTION            REFERENCE  A   B
                117  What is 3 + 7 + 9?  19         18  19
                121  What is 8 + 8 + 1?  17         –   17
                2 of 19; --all shows every one

                lost: right in A only (2)
                 ID  QUESTION            REFERENCE  A  B
                130  What is 2 + 2 + 2?  6          6  8
                1 of 2; --all shows every one
                """
        )
    }

    @Test(arguments: [40, 60, 80, 200])
    func `no line is wider than the terminal`(width: Int) throws {
        var reply = try reply()
        reply.notes = [
            "the questions have changed between the two evaluations, of 100 and of 90 questions: compared on the 90"
        ]

        let lines = Renderer(width: width).comparison(reply)

        #expect(lines.allSatisfy { $0.displayWidth <= width })
        #expect(lines.contains { $0.hasPrefix("note: the questions have changed") })
    }

    @Test func `rounds, split and limit become the query`() async throws {
        let daemon = try StubDaemon { request in
            (try? .fixture(request.target.hasPrefix(ControlRoute.rounds) ? "rounds" : "compare"))
                ?? .json("")
        }
        defer { daemon.stop() }

        let run = await Invocation.run(
            "compare",
            "base",
            "promoted",
            "--split",
            "test",
            socket: daemon.socketPath
        )

        #expect(run.status == 0)
        #expect(daemon.requests.last?.target == "/v1/compare?a=0&b=1&split=test&limit=20&offset=0")
    }

    @Test func `--all fetches page after page and --json prints them as one reply`() async throws {
        let page = try reply()
        let daemon = try StubDaemon { request in
            let offset = request.target.split(separator: "=").last.flatMap { Int($0) } ?? 0
            var reply = page
            reply.gained = Array(
                repeatElement(page.gained[0], count: offset == 0 ? 10 : offset == 10 ? 9 : 0)
            )
            reply.lost = offset == 0 ? Array(repeatElement(page.lost[0], count: 2)) : []
            let data = (try? ControlCoding.encode(reply)) ?? Data()
            return .json(String(decoding: data, as: UTF8.self))
        }
        defer { daemon.stop() }

        let run = await Invocation.run("compare", "0", "1", "--all", "--json", socket: daemon.socketPath)

        let whole = try ControlCoding.decode(CompareReply.self, from: Data(run.output.utf8))
        #expect(whole.gained.count == 19 && whole.lost.count == 2)
        let pages = ["&limit=1000&offset=0", "&limit=1000&offset=10"]
        #expect(daemon.requests.map(\.target) == pages.map { "/v1/compare?a=0&b=1&split=gate" + $0 })
    }

    @Test(arguments: [["0"], ["0", "1", "--split", "train"], ["0", "1", "--limit", "1001"], ["one", "2"]])
    func `a wrong command line ends with 64 and touches no socket`(arguments: [String]) async throws {
        let run = await Invocation.run(arguments: ["compare"] + arguments, socket: "/nonexistent/socket")

        #expect(run.status == 64)
        #expect(!run.messages.contains("/nonexistent"))
    }
}
