import Foundation
import Loop
import Synchronization
import Testing

/// Filter `smallModelScore`: a median over what a small model could learn.
@Suite struct SmallModelTests {
    private static func tokens(_ pairs: [(Double, Int)]) -> [TokenScore] {
        pairs.map { TokenScore(loss: $0.0, rank: $0.1) }
    }

    @Test func `the median counts tokens among the first ten alone`() {
        let odd = Self.tokens([(3, 0), (9, 10), (1, 9), (2, 4)])
        let even = Self.tokens([(3, 0), (1, 9), (2, 4), (8, 8), (100, 11)])

        #expect(SmallModelScorer.median(of: odd) == 2)
        #expect(SmallModelScorer.median(of: even) == 2.5)
        #expect(SmallModelScorer.median(of: Self.tokens([(1, 10), (.nan, 0)])) == nil)
        #expect(SmallModelScorer.median(of: []) == nil)
    }

    @Test func `the hardest share stays, and what cannot be learned goes`() throws {
        let scores: [Double?] = [1, 4, 2, 4, nil]
        let candidates = scores.enumerated().map { index, score in
            var candidate = FilterTests.candidate(index)
            candidate.scores[.smallModel] = score
            return candidate
        }

        let pool = try FilterTests.pool(candidates, [.smallModelScore])

        let expected: [VerdictReason] = [
            .lowSmallModel, .selected, .lowSmallModel, .selected, .unlearnable,
        ]
        #expect(pool.settled().map(\.reason) == expected)
        #expect(pool.summary.cuts == ["smallModelScore": 4])
    }

    private static var configuration: RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.select.policy = .salt
        configuration.select.outside.smallModel = "/models/small.gguf"
        return configuration
    }

    @Test func `distinct texts are scored once, under the small model, after all others`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        var configuration = Self.configuration
        configuration.select.filters = [.vote, .smallModelScore, .ifd]

        let round = try await RoundRunnerTests.runRound(engine, store, configuration)

        let candidates = store.state.withLock { $0.candidates }
        let won = candidates.filter { $0.reason != .outvoted }
        let texts = Set(won.map { "\($0.question) \($0.text)" })
        let calls = engine.state.withLock { $0.calls }
        let small = try #require(calls.firstIndex { $0.hasPrefix("small ") })
        #expect(calls[small] == "small \(texts.count) under /models/small.gguf")
        #expect(calls[(small + 1)...].first?.hasPrefix("score") != true)
        // The small model's loss of a word is its length: the median of "The answer is 1.".
        let plain = try #require(won.first { $0.text == " The answer is 1." })
        #expect(plain.scores[.smallModel] == 2.5)
        #expect(round.report.filterCuts?["smallModelScore"] != nil)
        let text = VerdictExplanation(plain, rivals: [plain], round: round, rank: nil, weighedCount: 0).text
        #expect(text.contains("The small model's median loss of it is 2.500; from "))
    }

    @Test func `another file under the same name ends the phase, and the same one goes on`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        var configuration = Self.configuration
        configuration.select.outside.smallModelDigest = "digest of another file"

        let error = await #expect(throws: LoopError.self) {
            try await RoundRunnerTests.runRound(engine, store, configuration)
        }

        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("is not the model that the round began with") == true)
        configuration.select.outside.smallModelDigest = "digest of /models/small.gguf"
        let good = MemoryStore(RoundRunnerTests.questions)
        let round = try await RoundRunnerTests.runRound(FakeEngine(), good, configuration)
        #expect(round.configuration.select.outside.smallModelDigest == "digest of /models/small.gguf")
        #expect((round.report.selectedCount ?? 0) > 0)
    }

    @Test func `a record keeps which model it was, and older records none`() throws {
        var select = SelectSettings()
        #expect(!String(decoding: try JSONEncoder().encode(select), as: UTF8.self).contains("small"))

        select.outside.smallModelDigest = "abc"
        let read = try JSONDecoder().decode(SelectSettings.self, from: JSONEncoder().encode(select))

        #expect(read == select)
    }

    @Test func `without a model the settings are refused`() {
        var configuration = RoundConfiguration()
        configuration.select.policy = .salt
        let error = #expect(throws: LoopError.self) { try configuration.checkSense() }

        #expect(error?.message.contains("select.smallModel is empty") == true)
    }
}
