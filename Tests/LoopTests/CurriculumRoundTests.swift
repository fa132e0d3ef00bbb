import Loop
import Synchronization
import Testing

/// Rounds under a curriculum: what they ask, in which order levels open, and that a restart changes nothing.
@Suite struct CurriculumRoundTests {
    /// Chains of 2 to 5 terms, eight of each, and held-out sums of two terms.
    static let questions: [QuestionInput] =
        (2...5).flatMap { level in (0..<8).map { chain($0 * 10, terms: level) } }
        + RoundRunnerTests.questions.filter { $0.split != .train }.map { question in
            var question = question
            question.level = 2
            return question
        }

    static func chain(_ first: Int, terms: Int) -> QuestionInput {
        let numbers = (0..<terms).map { first + $0 }
        return QuestionInput(
            text: "What is \(numbers.map { "\($0)" }.joined(separator: " + "))?",
            answer: "\(numbers.reduce(0, +))",
            level: terms,
            split: .train,
            origin: "train.jsonl:\(first)"
        )
    }

    static var configuration: RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.generate.questionsPerRound = 6
        configuration.curriculum.enabled = true
        return configuration
    }

    /// How many terms the model adds without a mistake; chains of one more are half right.
    private final class Skill: Sendable {
        let terms = Mutex(2)

        var engine: FakeEngine {
            FakeEngine(text: { request, index in
                let numbers = request.prompt.text.split { !$0.isNumber }.compactMap { Int($0) }
                let missing = self.terms.withLock { numbers.count - $0 }
                let rightCount = missing <= 0 ? 4 : missing == 1 ? 2 : 1
                let sum = numbers.reduce(0, +) + (index < rightCount ? 0 : index)
                return " The answer is \(sum)."
            })
        }
    }

    /// A finished round, and what it asked.
    private struct Asked {
        var round: RoundRecord
        var questions: [QuestionID]
    }

    /// Runs rounds, each learning the highest level it has asked; a write may fail once.
    private static func run(
        _ count: Int,
        on store: MemoryStore,
        cutBefore write: Int? = nil
    ) async throws -> [Asked] {
        let skill = Skill()
        let runner = RoundRunnerTests.runner(skill.engine, store)
        store.state.withLock { $0.writesUntilFailure = write }
        var asked: [Asked] = []
        while asked.count < count {
            do {
                var open = try await store.openRound()
                if open == nil {
                    let seed = UInt64(asked.count + 1)
                    open = try await runner.begin(configuration: configuration, seed: seed)
                }
                let round = try await runner.run(try #require(open))
                let questions = store.state.withLock { $0.waves.flatMap(\.questions) }
                skill.terms.withLock { $0 = max($0, round.report.frontierLevel ?? 0) }
                asked.append(Asked(round: round, questions: questions))
            } catch is MemoryStore.Failure {}
        }
        return asked
    }

    private static func levels(of asked: Asked) -> [Int] {
        asked.questions.compactMap { questions[$0.rawValue - 1].level }
    }

    @Test func `levels open in order, each labelled by the model that has learned the one below`()
        async throws
    {
        let store = MemoryStore(Self.questions)

        let asked = try await Self.run(6, on: store)

        #expect(asked.map(\.round.report.frontierLevel) == [2, 3, 3, 4, 4, 5])
        let shares = asked.map { $0.round.report.levelVotes?.last?.meanShare }
        #expect(shares == [1, 0.5, 1, 0.5, 1, 0.5])
        let begun = store.state.withLock { $0.events.filter { $0.kind == .roundStarted }.map(\.message) }
        #expect(begun[0].hasSuffix("2 waves, at level 2"))
        #expect(begun[1].contains("at level 3, which is open from now on"))
        #expect(begun[2].hasSuffix("at level 3; 2 questions of solved levels are replayed"))
    }

    @Test func `a round takes its share of replay and nothing of levels that are closed`() async throws {
        let asked = try await Self.run(5, on: MemoryStore(Self.questions))

        #expect(Self.levels(of: asked[0]) == [2, 2, 2, 2, 2, 2])
        #expect(Self.levels(of: asked[2]) == [2, 2, 3, 3, 3, 3])
        let last = Self.levels(of: asked[4])
        #expect(last.count { $0 == 4 } == 4 && last.allSatisfy { $0 <= 4 })
        #expect(asked.allSatisfy { $0.questions == $0.questions.sorted() })
        #expect(asked[1].questions != asked[2].questions)
    }

    @Test func `votes and accuracy are reported by level`() async throws {
        let report = try await Self.run(3, on: MemoryStore(Self.questions))[2].round.report

        #expect(
            report.levelVotes == [
                LevelVote(level: 2, questionCount: 2, meanShare: 1, voteAccuracy: 1),
                LevelVote(level: 3, questionCount: 4, meanShare: 1, voteAccuracy: 1),
            ]
        )
        #expect(report.gateLevels?.map(\.level) == [2])
        #expect(report.gateLevels?.first?.after == report.gate?.after)
        #expect(report.testLevels?.first?.before == report.testBefore)
    }

    @Test(arguments: Array(stride(from: 0, to: 45, by: 3)))
    func `rounds that are cut short ask the same questions`(write: Int) async throws {
        let (plain, cut) = (MemoryStore(Self.questions), MemoryStore(Self.questions))

        let whole = try await Self.run(4, on: plain)
        let resumed = try await Self.run(4, on: cut, cutBefore: write)

        #expect(resumed.map(\.questions) == whole.map(\.questions))
        #expect(
            resumed.map(\.round.report.levelVotes) == whole.map(\.round.report.levelVotes)
        )
        #expect(cut.state.withLock { $0.checkpoints } == plain.state.withLock { $0.checkpoints })
    }

    @Test func `a whole round asks the frontier and as much replay as the share says`() async throws {
        var configuration = Self.configuration
        configuration.generate.questionsPerRound = 0
        configuration.curriculum.replayShare = 0.2
        let store = MemoryStore(Self.questions)
        store.state.withLock { state in
            state.levelVotes = [[LevelVote(level: 2, questionCount: 8, meanShare: 0.9)]]
        }

        _ = try await RoundRunnerTests.runner(FakeEngine(), store).begin(
            configuration: configuration,
            seed: 1
        )

        let asked = store.state.withLock { $0.waves.flatMap(\.questions) }
        let levels = asked.compactMap { Self.questions[$0.rawValue - 1].level }
        #expect(levels == [2, 2, 3, 3, 3, 3, 3, 3, 3, 3])
    }

    @Test func `questions without a level are drawn with the frontier's`() async throws {
        var some = Self.questions
        for place in 0..<4 { some[8 + place].level = nil }
        var configuration = Self.configuration
        configuration.generate.questionsPerRound = 0
        let store = MemoryStore(some)

        _ = try await RoundRunnerTests.runner(FakeEngine(), store).begin(
            configuration: configuration,
            seed: 1
        )

        let asked = store.state.withLock { $0.waves.flatMap(\.questions) }
        #expect(asked.map(\.rawValue) == Array(1...12))
    }

    @Test func `without levels a round draws as it did, and says so`() async throws {
        let stores = [MemoryStore(RoundRunnerTests.questions), MemoryStore(RoundRunnerTests.questions)]
        var off = Self.configuration
        off.curriculum.enabled = false

        for (store, configuration) in zip(stores, [Self.configuration, off]) {
            _ = try await RoundRunnerTests.runner(FakeEngine(), store)
                .begin(configuration: configuration, seed: 3)
        }

        let drawn = stores.map { store in store.state.withLock { $0.waves.map(\.questions) } }
        #expect(drawn[0] == drawn[1])
        let warnings = stores.map { store in
            store.state.withLock { $0.events.filter { $0.kind == .warning }.map(\.message) }
        }
        #expect(warnings[0].contains { $0.contains("no train question has a level") })
        #expect(!warnings[1].contains { $0.contains("curriculum") })
    }

    @Test func `switched off, levels change nothing of what a round draws`() async throws {
        var configuration = Self.configuration
        configuration.curriculum = CurriculumSettings()
        var plain = Self.questions
        for place in plain.indices { plain[place].level = nil }
        let stores = [MemoryStore(Self.questions), MemoryStore(plain)]

        var rounds: [RoundRecord] = []
        for store in stores {
            rounds.append(try await RoundRunnerTests.runRound(FakeEngine(), store, configuration))
        }

        let drawn = stores.map { store in store.state.withLock { $0.waves.map(\.questions) } }
        #expect(drawn[0] == drawn[1])
        #expect(rounds[0].report.levelVotes != nil && rounds[0].report.frontierLevel == nil)
        #expect(rounds[1].report.levels == LevelReport())
        #expect(
            stores[0].state.withLock { $0.checkpoints } == stores[1].state.withLock { $0.checkpoints }
        )
    }
}
