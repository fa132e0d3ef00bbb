import ControlAPI
import ControlCLI
import Foundation
import Loop
import Testing

/// What people see, character for character.
struct RendererTests {
    @Test func `rounds at 200 columns are one table`() throws {
        #expect(
            try rounds(width: 200) == """
                ROUND  CANDIDATES  PARSED  CONSISTENT  SELECTED  MEAN DS  CUT DS  TEST                         GATE\
                                         OUTCOME
                    1       1,600  91.2 %      54.0 %       691     1.32    1.58  53.0 (46–60) → 71.5 (65–77)\
                  51.0 (41–61) → 68.0 (58–76)  promoted
                accuracy in % before → after, with its 95 % interval

                ROUND  GENERATE  VOTE  WEIGH  SELECT  FINETUNE  EVALUATE  PROMOTE  REPORT  TOTAL
                    1       212   0.1     32     0.1       108        42      0.0      60    454
                seconds per phase
                """
        )
        #expect(try rounds(width: nil) == rounds(width: 200))
    }

    @Test func `at 80 columns accuracies have a table of their own`() throws {
        #expect(
            try rounds(width: 80) == """
                ROUND  CANDIDATES  PARSED  CONSISTENT  SELECTED  MEAN DS  CUT DS  OUTCOME
                    1       1,600  91.2 %      54.0 %       691     1.32    1.58  promoted

                ROUND  TEST                         GATE
                    1  53.0 (46–60) → 71.5 (65–77)  51.0 (41–61) → 68.0 (58–76)
                accuracy in % before → after, with its 95 % interval

                ROUND  GENERATE  VOTE  WEIGH  SELECT  FINETUNE  EVALUATE  PROMOTE  REPORT  TOTAL
                    1       212   0.1     32     0.1       108        42      0.0      60    454
                seconds per phase
                """
        )
    }

    @Test func `at 60 columns the least needed columns are left out and named`() throws {
        #expect(
            try rounds(width: 60) == """
                ROUND  CANDIDATES  PARSED  CONSISTENT  SELECTED  OUTCOME
                    1       1,600  91.2 %      54.0 %       691  promoted
                not shown at this width: mean ds, cut ds

                ROUND  TEST
                    1  53.0 (46–60) → 71.5 (65–77)
                not shown at this width: gate
                accuracy in % before → after, with its 95 % interval

                ROUND  GENERATE  WEIGH  FINETUNE  EVALUATE  REPORT  TOTAL
                    1       212     32       108        42      60    454
                not shown at this width: vote, select, promote
                seconds per phase
                """
        )
    }

    @Test func `the status wraps at 60 columns`() throws {
        let reply = try decode(StatusReply.self, "status")

        #expect(
            Renderer(width: 60).status(reply).joined(separator: "\n") == """
                state       running · round 2, generate
                progress    ██████████░░░░░░░░░░  812 / 1,600 candidates
                            50.7 % · 412 tok/s · 3 min 12 s left
                model       SmolLM2-135M-Instruct
                            llama, 134.5 M parameters
                            bf16 on avx512, 2 threads
                prompts     chat
                current     checkpoint 1 (round 1) · test 71.5 (65–77)
                            gate 68.0 (58–76)
                base model  test 53.0 (46–60) · gate 51.0 (41–61)
                gain        test +18.5 (+9 to +28) points
                            gate +17.0 (+3 to +30) points
                trend       ▁█ · gate 51.0 % → 68.0 % · last 2 rounds
                rounds      1 of 4 finished
                questions   400 train · 32 valid · 100 gate · 200 test
                            12 retired
                files       /var/lib/autodidact · 84.2 GB free
                daemon      version 0.1.0 · process 4242 · up 12 min 34 s
                            memory 912.4 MB

                latest events (UTC)
                  17:52:10  round 1 promoted: gate 51.0 % to 68.0 %
                """
        )
    }

    @Test func `candidates have their verdict's reason in words`() throws {
        let reply = try decode(CandidatesReply.self, "candidates")

        #expect(
            Renderer(width: nil).candidates(reply).joined(separator: "\n") == """
                  ID  QUESTION            TEXT                                        ANSWER  CONS.   LOSS    DS  VERDICT  REASON
                17.3  What is 3 + 7 + 9?  3 + 7 = 10. 10 + 9 = 19. The answer is 19.  19       0.75  0.480  1.08  kept\
                     passed every stage
                17.4  What is 3 + 7 + 9?  3                                           –           –    nan     –  dropped\
                  a_newer_reason
                1 to 2 of 1,600, round 1; continue with --offset 2
                """
        )
    }

    @Test func `an explanation has what became of its question's paraphrases`() throws {
        var reply = try decode(ExplainReply.self, "explain")

        let lines = Renderer(width: 80).explain(reply)

        let head = try #require(lines.firstIndex(of: "paraphrases of the question, which the model wrote"))
        #expect(lines[(head + 1)...(head + 2)] == ["  Add 3, 7 and 9.", "  2 refused: answer 1, numbers 1"])
        reply.paraphrases = ExplainReply.Paraphrases(texts: [], refusals: [:])
        #expect(Renderer(width: 80).explain(reply).contains("  none"))
        reply.paraphrases = nil
        #expect(!Renderer(width: 80).explain(reply).contains { $0.hasPrefix("paraphrases") })
    }

    @Test func `checkpoints are a tree`() throws {
        let reply = try decode(CheckpointsReply.self, "checkpoints")

        #expect(
            Renderer(width: 80).checkpoints(reply).joined(separator: "\n") == """
                CHECKPOINT    ROUND  STATE                      TEST          GATE
                0 base model      –  promoted                   53.0 (46–60)  51.0 (41–61)
                1                 1  promoted, current, pinned  71.5 (65–77)  68.0 (58–76)
                not shown at this width: created (utc)

                rollbacks (UTC)
                  2026-01-31 18:02  from checkpoint 1 to the base model
                  2026-01-31 18:05  from the base model to checkpoint 1
                """
        )
    }

    @Test func `a long line of promotions is not set in, branches are`() {
        // 0 – 1 – 3 – 4 promoted, 2 rejected beside 3; after a rollback to 1 came 5 and, rejected, 6.
        let parents = [(0, nil), (1, 0), (2, 1), (3, 1), (4, 3), (5, 1), (6, 5)] as [(Int, Int?)]
        let records = parents.map { id, parent in
            CheckpointRecord(
                id: CheckpointID(rawValue: id),
                round: id == 0 ? nil : RoundID(rawValue: id),
                parent: parent.map(CheckpointID.init(rawValue:)),
                directory: nil,
                sha256: nil,
                isPromoted: ![2, 6].contains(id),
                isCurrent: id == 5,
                isPinned: false,
                createdAt: "",
                evaluations: []
            )
        }

        let lines = Renderer(width: nil).checkpoints(CheckpointsReply(checkpoints: records, totalCount: 90))

        #expect(
            lines.dropFirst().map { String($0.prefix { $0 != "p" && $0 != "n" }) } == [
                "0 base model      –  ", "1                 1  ", "├─ 2              2  ",
                "└─ 3              3  ", "   4              4  ", "5                 5  ",
                "└─ 6              6  ", "7 of 90 check",
            ]
        )
    }

    @Test func `a histogram of DS weights has the cut below its bin`() throws {
        let round = try decode(RoundReply.self, "round").round

        let lines = Renderer(width: 60).inspect(round)

        let chart = try #require(lines.firstIndex { $0.hasPrefix("  candidates by DS weight, 1.00 to 2.90") })
        // 1.58 lies in bin 7 of 24 between 1 and 2.9, counted from 0.
        #expect(lines[chart + 1].hasPrefix("  |") && lines[chart + 1].count == 28)
        #expect(lines[chart + 2] == "  " + String(repeating: " ", count: 8) + "▲ cut 1.58")
        #expect(lines.contains("  trained        689   43.1 %  " + Renderer.bar(689.0 / 1600, cells: 26)))
    }

    @Test func `inspect shows answers by share and letters by name, and of many the first`() throws {
        var round = try decode(RoundReply.self, "round").round
        round.report.classShares = ["b": 0.25, "a": 0.25, "c": 0.5]
        round.report.letterShares = Dictionary(
            uniqueKeysWithValues: "ABCDEFGHIJKLMN".map { (String($0), 1.0 / 14) }
        )

        let lines = Renderer(width: 80).inspect(round)

        let head = try #require(lines.firstIndex(of: "  answers that won their vote · entropy 0.72"))
        #expect(
            lines[(head + 1)...(head + 3)].map { $0.prefix(18) } == [
                "    c     50.0 %  ", "    a     25.0 %  ", "    b     25.0 %  ",
            ]
        )
        #expect(lines.contains { $0.hasPrefix("    L      7.1 %  ") })
        #expect(!lines.contains { $0.hasPrefix("    M  ") } && lines.contains("    and 2 more"))
    }

    @Test func `inspect shows votes and accuracy of each level`() throws {
        var round = try decode(RoundReply.self, "round").round
        #expect(!Renderer(width: 100).inspect(round).contains("levels"))
        round.report.frontierLevel = 3
        round.report.levelVotes = [
            LevelVote(level: 2, questionCount: 60, meanShare: 0.9, voteAccuracy: 0.95),
            LevelVote(level: 3, questionCount: 140, meanShare: 0.5),
        ]
        let (before, after) = (Accuracy(rightCount: 30, of: 60), Accuracy(rightCount: 45, of: 60))
        round.report.gateLevels = [LevelAccuracy(level: 3, before: before, after: after)]

        let lines = Renderer(width: 100).inspect(round)

        let head = try #require(lines.firstIndex(of: "levels"))
        let words = lines[(head + 2)...(head + 4)].map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            words == [
                "2 60 0.90 95.0 % – –", "3 140 0.50 – 50.0 → 75.0 –", "frontier: level 3",
            ]
        )
    }

    @Test func `inspect says nothing of classes where there are none`() throws {
        var round = try decode(RoundReply.self, "round").round
        (round.report.classShares, round.report.letterShares) = (nil, nil)

        let lines = Renderer(width: 80).inspect(round)

        #expect(!lines.contains { $0.contains("won their vote") || $0.contains("letters as written") })
    }

    @Test func `a curve joins neighbours and leaves out what is not finite`() {
        #expect(Renderer.curve([8, 4, .nan, 1], cells: 10) == "█▄▁")
        #expect(Renderer.curve([1, 1, 0, 0], cells: 2) == "█▁")
        #expect(Renderer.curve([], cells: 5) == "" && Renderer.curve([0], cells: 5) == "")
    }

    @Test(
        arguments: [
            ("paused", nil, "a person: \"autodidact resume\" lets it continue"),
            ("plateau", "3 rejections in a row", "3 rejections in a row"), ("running", "a detail", nil),
        ] as [(String, String?, String?)]
    )
    func `the status says what the loop waits for`(state: String, detail: String?, wait: String?) throws {
        var reply = try decode(StatusReply.self, "status")
        reply.state = LoopState(rawValue: state)
        reply.detail = detail

        let lines = Renderer(width: nil).status(reply)

        #expect(lines.first { $0.hasPrefix("waits for") } == wait.map { "waits for   \($0)" })
        #expect(lines[0].contains("a detail") == (state == "running"))
    }

    @Test(arguments: [60, 80, 200])
    func `no line of inspect is wider than the terminal`(width: Int) throws {
        let reply = try decode(RoundReply.self, "round")

        let lines = Renderer(width: width).inspect(reply.round)

        #expect(lines.allSatisfy { $0.displayWidth <= width })
        #expect(lines.contains("  questions by share of the winner, 0 to 1:  |  ▁▄▇██▆▅▄|"))
        #expect(lines.contains("        173  DS weight above the cut"))
    }

    @Test func `colour changes no letter`() throws {
        let reply = try decode(StatusReply.self, "status")

        let plain = Renderer(width: 80).status(reply)
        let colored = Renderer(width: 80, isColored: true).status(reply)

        #expect(colored.map { $0.replacing(/\u{1B}\[[0-9]*m/, with: "") } == plain)
        #expect(colored != plain)
    }

    private func rounds(width: Int?) throws -> String {
        let reply = try decode(RoundsReply.self, "rounds")
        return Renderer(width: width).rounds(reply.rounds).joined(separator: "\n")
    }

    private func decode<Reply: ControlReply>(_ type: Reply.Type, _ name: String) throws -> Reply {
        try ControlCoding.decode(type, from: Data(try Fixture.text(name).utf8))
    }

    @Test func `the trend runs from the lowest block to the highest`() throws {
        var reply = try decode(StatusReply.self, "status")
        reply.gateTrend = [0.51, 0.68, 0.51]

        let lines = Renderer(width: nil).status(reply)

        #expect(lines.contains("trend       ▁█▁ · gate 51.0 % → 51.0 % · last 3 rounds"))
        reply.gateTrend = [0.68]
        #expect(!Renderer(width: nil).status(reply).contains { $0.hasPrefix("trend") })
    }

    @Test func `where filters cut is in the funnel, and their reasons are words`() throws {
        var reply = try decode(RoundReply.self, "round")
        #expect(!Renderer(width: 80).inspect(reply.round).contains { $0.contains("cuts") })
        reply.round.report.filterCuts = ["voteBand": 0.4, "entropy": 0.6]
        reply.round.report.dropCounts = ["high_entropy": 4]

        let text = Renderer(width: 80).inspect(reply.round).joined(separator: "\n")

        #expect(text.contains("cuts · entropy 0.600 · voteBand 0.400"))
        #expect(text.contains("4  its question's answers are spread too far"))
        #expect(VerdictReason.allCases.allSatisfy { Words.reason($0.rawValue) != $0.rawValue })
    }
}
