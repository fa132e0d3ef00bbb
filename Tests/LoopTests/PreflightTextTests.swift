import Loop
import Testing

/// What `autodidactd preflight` prints, and what it counts with.
@Suite struct PreflightTextTests {
    @Test func `a report is a page of plain lines`() async throws {
        let memory = EngineMemory(
            neededByteCount: 1_050_000_000,
            allowedByteCount: 2_000_000_000,
            source: "the machine"
        )

        let report = try await PreflightTests.preflight(PreflightTests.mixed).run(sample: 20, memory: memory)

        #expect(
            report.lines == [
                "model        ruled",
                "accuracy     50.0 % (30–70) of 20 gate questions (there are 20), one greedy answer each",
                "vote         100.0 % (77–100) of 13 train questions, 4 candidates each at temperature 0.7",
                "             one greedy answer to the same questions: 53.8 % (29–77)",
                "vote shares  0 0 0 0 0 0 0 13 0 0: questions whose winner has 0–10 %, … 90–100 % of the votes; 0 ties",
                "read         100.0 % of 20 greedy answers, 100.0 % of 52 candidates",
                "temperature  0.6: balance 0.56, 100.0 % read, mean vote share 75.0 %",
                "             0.7: balance 0.56, 100.0 % read, mean vote share 75.0 %; configured",
                "             0.8: balance 1.00, 100.0 % read, mean vote share 100.0 %",
                "             1.0: balance 0.56, 100.0 % read, mean vote share 75.0 %",
                "             1.2: balance 0.56, 100.0 % read, mean vote share 75.0 %",
                "length       mean 5.5 tokens, 95 % have at most 7, generate.maxNewTokens 256; 100.0 % ended, 0.0 % cut",
                "speed        too fast to measure",
                "memory       up to 1,050 MB for weights and keys; the machine allows 2,000 MB",
                "verdict      trainable: the vote is right on 100.0 %, one greedy answer on 53.8 % of the same questions: "
                    + "room for 46.2 points",
                "             → set generate.temperature to 0.8: balance 1.00, at 0.7 only 0.56",
            ]
        )
    }

    @Test func `a long report still fits a screen`() async throws {
        let engine = RuledEngine { numbers, index, temperature in
            let words = [" hm", " The answer is 3:30.", " The answer is 1..2.", " The answer is 4 or 5."]
            var reply = PreflightTests.Reply(text: words[(numbers[0] + index) % 4])
            reply.isCut = index == 0
            return reply
        }

        let report = try await PreflightTests.preflight(engine).run(sample: 9)

        #expect(report.lines.count <= 35)
        #expect(report.single.reading.unread.count <= 3)
        #expect(report.verdict.advice.contains { $0.hasPrefix("give more questions in questions.gate") })
    }

    @Test(arguments: [
        (["a", "a", "a", "a", "a", "a", "a", "a"], 8, 1.0 / 64),
        (["a", "b", "c", "d", "e", "f", "g", "h"], 8, 1.0),
        (["a", "b", "c", "d"], 8, 0.25),
        (["a", "b", "c", "d", "e", "f", "g", "h"], 16, 0.5),
        (["a", "b", "c"], 4, 0.5625),
        ([], 8, 0.0),
        ([], 0, 0.0),
    ])
    func `a question's balance is that of B-STaR, with the vote in place of labels`(
        texts: [String],
        count: Int,
        score: Double
    ) {
        #expect(abs(BalanceScore.score(agreeingTexts: texts, of: count) - score) < 1e-12)
    }
}
