import Loop
import Synchronization
import Testing

/// Filter `rewardModel`: numbers of a program, and what they keep.
@Suite struct RewardTests {
    /// Gives each text the number of its words; a text of more than `most` words gets none.
    private final class WordJudge: AnswerJudge {
        let most: Int
        let asked = Mutex<[String]>([])

        init(most: Int = .max) { self.most = most }

        func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
            asked.withLock { $0 += texts.map { "\(question.text) \($0)" } }
            return texts.map { text in
                let count = text.split(separator: " ").count
                return count > most
                    ? .none(.judgeTimeout, "no verdict within 1 s")
                    : .answer(Answer(canonical: "\(-Double(count) / 2)"))
            }
        }
    }

    private static func rewarded(_ rewards: [Double?]) -> [Candidate] {
        rewards.enumerated().map { index, reward in
            var candidate = FilterTests.candidate(index)
            candidate.scores[.reward] = reward
            return candidate
        }
    }

    private static func run(
        _ judge: WordJudge?,
        _ change: (inout RoundConfiguration) -> Void = { _ in }
    ) async throws -> (round: RoundRecord, candidates: [Candidate]) {
        var configuration = RoundRunnerTests.configuration
        configuration.select.policy = .rmFilter
        change(&configuration)
        var catalog = Catalog.standard
        if let judge { catalog.rewardJudge = { _ in judge } }
        let store = MemoryStore(RoundRunnerTests.questions)
        let runner = RoundRunner(
            engine: FakeEngine(),
            store: store,
            clock: { 0 },
            report: { _ in },
            catalog: catalog
        )
        let round = try await runner.run(try await runner.begin(configuration: configuration, seed: 11))
        return (round, store.state.withLock { $0.candidates })
    }

    @Test func `the highest rewards stay, ties at the cut as well`() throws {
        let candidates = Self.rewarded([0.5, -3, 2, 0.5, nil])

        let pool = try FilterTests.pool(candidates, [.rewardModel]) { $0.select.keep = 50 }

        let expected: [VerdictReason] = [.selected, .lowReward, .selected, .selected, .noReward]
        #expect(pool.settled().map(\.reason) == expected)
        #expect(pool.summary.cuts == ["rewardModel": 0.5])
    }

    @Test func `a limit keeps rewards from it on`() throws {
        let candidates = Self.rewarded([0.5, -3, 2, 0.49])

        let pool = try FilterTests.pool(candidates, [.rewardModel]) {
            $0.select.outside.rewardRule = .threshold
            $0.select.outside.rewardLimit = 0.5
        }

        #expect(pool.settled().map(\.reason) == [.selected, .lowReward, .selected, .lowReward])
        #expect(pool.summary.cuts == ["rewardModel": 0.5])
    }

    @Test func `every distinct text that won its vote is asked about once, and the reward is kept`()
        async throws
    {
        let judge = WordJudge()

        let (round, candidates) = try await Self.run(judge) { $0.select.keep = 40 }

        let won = candidates.filter { $0.reason != .outvoted }
        let asked = judge.asked.withLock { $0 }
        #expect(asked.count == Set(asked).count)
        #expect(asked.count == Set(won.map { "\($0.question) \($0.text)" }).count)
        #expect(
            won.allSatisfy { $0.scores[.reward] == -Double($0.text.split(separator: " ").count) / 2 }
        )
        let kept = won.filter { $0.verdict == .kept }.compactMap { $0.scores[.reward] }
        let dropped = won.filter { $0.reason == .lowReward }.compactMap { $0.scores[.reward] }
        #expect(!kept.isEmpty && !dropped.isEmpty)
        #expect((kept.min() ?? 0) > (dropped.max() ?? 0))
        #expect(round.report.filterCuts?["rewardModel"] == kept.min())
        let one = try #require(won.first { $0.reason == .lowReward })
        let text = VerdictExplanation(one, rivals: [one], round: round, rank: nil, weighedCount: 0).text
        #expect(text.contains("The reward model gave it "))
        #expect(text.contains("It was dropped: its reward is not among the select.keep 40.0 % highest"))
    }

    @Test func `a text without a number is dropped, and no program ends a round`() async throws {
        let (round, candidates) = try await Self.run(WordJudge(most: 0))
        let (alone, _) = try await Self.run(nil)

        let won = candidates.filter { $0.reason != .outvoted }
        #expect(!won.isEmpty && won.allSatisfy { $0.reason == .noReward && $0.scores[.reward] == nil })
        #expect(round.outcome == .noData)
        #expect(alone.outcome == .noData)
    }

    @Test func `without a program the settings are refused, and one that nothing asks is named`() {
        var configuration = RoundConfiguration()
        configuration.select.policy = .rmFilter
        let error = #expect(throws: LoopError.self) { try configuration.checkSense() }
        #expect(error?.message.contains("select.rewardCommand is empty") == true)

        configuration.select.outside.rewardCommand = ["rewards"]
        #expect(throws: Never.self) { try configuration.checkSense() }
        configuration.select.policy = .lmsi
        #expect(
            configuration.advice([:]).contains { $0.contains("select.rewardCommand is set, but only filter") }
        )
    }
}
