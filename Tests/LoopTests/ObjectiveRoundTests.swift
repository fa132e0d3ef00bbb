import Loop
import Synchronization
import Testing

/// Whole rounds by each objective: what is scored, trained on, reported and explained.
@Suite struct ObjectiveRoundTests {
    private static func configuration(
        _ objective: ObjectiveID,
        _ change: (inout RoundConfiguration) -> Void = { _ in }
    ) -> RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.finetune.objective = objective
        change(&configuration)
        return configuration
    }

    /// ℓ of a text as the engine scores it: its loss times four tokens.
    private static func reference(_ text: String) -> Double {
        -(1 + Double(text.utf8.count % 7) / 4) * 4
    }

    private static func run(
        _ configuration: RoundConfiguration,
        _ store: MemoryStore = MemoryStore(RoundRunnerTests.questions)
    ) async throws -> (round: RoundRecord, state: MemoryStore.State, engine: FakeEngine.State) {
        let engine = FakeEngine()
        let round = try await RoundRunnerTests.runRound(engine, store, configuration)
        return (round, store.state.withLock { $0 }, engine.state.withLock { $0 })
    }

    private static func explanation(
        _ candidate: Candidate,
        _ round: RoundRecord,
        _ state: MemoryStore.State
    ) -> String {
        VerdictExplanation(
            candidate,
            rivals: state.candidates.filter { $0.question == candidate.question },
            round: round,
            rank: nil,
            weighedCount: 0
        ).text
    }

    @Test func `scpo trains on pairs of a kept candidate and one that lost, with references`() async throws {
        let (round, state, engine) = try await Self.run(Self.configuration(.scpo))

        let job = try #require(engine.jobs.first)
        let pairs = Dictionary(grouping: job.examples, by: \.group).values
        let keptCount = Set(state.candidates.lazy.filter { $0.verdict == .kept }.map(\.question)).count
        #expect(job.objective == .scpo)
        #expect(pairs.count == keptCount && keptCount > 0)
        for pair in pairs {
            // Three of four agree, one answers something else.
            #expect(pair.map(\.weight).sorted() == [-0.5, 0.5])
            #expect(Set(pair.map(\.sample.prompt.text)).count == 1)
        }
        for example in job.examples {
            #expect(example.referenceLogProbability == Self.reference(example.sample.completion))
        }
        #expect(round.report.pairCount == pairs.count)
        #expect(round.report.losingTextCount == pairs.count)
        #expect(round.report.trainedCount == pairs.count)
        #expect(round.outcome == .promoted)
        let line = state.events.last { $0.phase == .finetune }?.message
        #expect(line?.contains(", \(pairs.count) pairs") == true)
    }

    @Test func `losers are scored for their references and weighed by nothing`() async throws {
        let (plain, plainState, plainEngine) = try await Self.run(RoundRunnerTests.configuration)

        let (round, state, engine) = try await Self.run(Self.configuration(.scpo))

        let losers = state.candidates.filter { $0.reason == .outvoted }
        #expect(losers.count == 10)
        #expect(losers.allSatisfy { $0.scores[.reference] != nil && $0.scores[.ds] == nil && $0.loss == nil })
        #expect(state.candidates.allSatisfy { $0.scores[.reference] != nil })
        // The same selection as without them, and one more scoring pass that takes the losers alone.
        #expect(round.report.weigh == plain.report.weigh)
        #expect(state.candidates.map(\.verdict) == plainState.candidates.map(\.verdict))
        let (more, fewer) = (engine.scoredTexts.count, plainEngine.scoredTexts.count)
        #expect(more == fewer + losers.count)
    }

    @Test func `a loser is explained as half of a pair, an unused winner as such`() async throws {
        let (round, state, _) = try await Self.run(Self.configuration(.scpo))
        let loser = try #require(
            state.candidates.first { loser in
                loser.reason == .outvoted
                    && state.candidates.contains { $0.question == loser.question && $0.verdict == .kept }
            }
        )
        let kept = state.candidates.filter { $0.question == loser.question && $0.verdict == .kept }
        let name = "\(loser.question)"

        #expect(
            Self.explanation(loser, round, state).hasSuffix(
                "It was dropped: it lost its vote and was trained on as the losing half of a pair with candidate "
                    + "\(name)/\(kept[0].index)."
            )
        )
        #expect(
            Self.explanation(kept[0], round, state).hasSuffix(
                "was trained on as the chosen half of a pair with candidate \(name)/\(loser.index)."
            )
        )
        for unused in kept.dropFirst() {
            #expect(
                Self.explanation(unused, round, state).contains(
                    "objective scpo did not train on it: other candidates of its question took its place"
                )
            )
        }
    }

    @Test(arguments: [ObjectiveID.scpo, .scpoDs, .spinVote, .negOnly, .ttrl, .weighted])
    func `a round cut short in any engine call is trained on the same examples`(objective: ObjectiveID)
        async throws
    {
        let (_, plain, plainEngine) = try await Self.run(Self.configuration(objective))
        for call in 3..<12 {
            let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
            engine.state.withLock { $0.callsUntilFailure = call }
            let runner = RoundRunnerTests.runner(engine, store)
            let round = try await runner.begin(configuration: Self.configuration(objective), seed: 11)
            await #expect(throws: FakeEngine.Failure.self) { try await runner.run(round) }

            let open = try #require(try await store.openRound())
            _ = try await runner.run(open)

            let job = engine.state.withLock { $0.jobs.last }
            #expect(store.state.withLock(\.candidates) == plain.candidates, "\(objective) \(call)")
            #expect(job?.examples == plainEngine.jobs.last?.examples, "\(objective) \(call)")
        }
    }

    @Test func `spinVote's pairs weigh the same, negOnly's losers are alone`() async throws {
        let spin = try #require(try await Self.run(Self.configuration(.spinVote)).engine.jobs.first)
        let (round, _, engine) = try await Self.run(Self.configuration(.negOnly))
        let negative = try #require(engine.jobs.first)

        #expect(Set(spin.examples.map(\.weight)) == [1, -1])
        #expect(negative.examples.allSatisfy { $0.weight == -0.5 })
        #expect(Set(negative.examples.map(\.group)).count == negative.examples.count)
        #expect(round.report.pairCount == nil && round.report.trainedCount == 0)
        #expect(round.report.losingTextCount == negative.examples.count)
    }

    @Test func `ttrl's advantages of a question add up to nothing`() async throws {
        let (round, state, engine) = try await Self.run(Self.configuration(.ttrl))

        let job = try #require(engine.jobs.first)
        let questions = Dictionary(grouping: job.examples, by: \.sample.prompt.text)
        #expect(!questions.isEmpty)
        for examples in questions.values {
            #expect(abs(examples.reduce(0) { $0 + $1.weight }) < 1e-9)
            #expect(examples.contains { $0.weight < 0 })
        }
        #expect(round.report.losingTextCount == questions.count)
        let kept = Set(state.candidates.lazy.filter { $0.verdict == .kept }.map(\.question))
        let loser = try #require(
            state.candidates.first { $0.reason == .outvoted && kept.contains($0.question) }
        )
        #expect(Self.explanation(loser, round, state).contains("was trained on with advantage -"))
    }

    @Test func `weighted trains on kept candidates by the margin of their vote`() async throws {
        let (round, state, engine) = try await Self.run(Self.configuration(.weighted))

        let job = try #require(engine.jobs.first)
        let kept = state.candidates.filter { $0.verdict == .kept }
        #expect(kept.allSatisfy { $0.weight == 0.5 })
        #expect(job.examples.reduce(0) { $0 + $1.weight } == 0.5 * Double(kept.count))
        #expect(Self.explanation(kept[0], round, state).hasSuffix("was trained on with weight 0.500."))
        #expect(round.report.losingTextCount == nil)
    }

    @Test func `sodMix adds the first round's kept texts as anchors, in every later round`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        let configuration = Self.configuration(.sodMix) { $0.finetune.objectives.anchorWeight = 0.25 }
        let first = try await RoundRunnerTests.runRound(engine, store, configuration)
        let kept = store.state.withLock { $0.candidates.filter { $0.verdict == .kept } }

        let second = try await RoundRunnerTests.runRound(engine, store, configuration)

        let jobs = engine.state.withLock(\.jobs)
        let own = store.state.withLock { $0.candidates.filter { $0.verdict == .kept } }
        let anchorTexts = Set(kept.map { "\($0.question) \($0.text)" }).count
        #expect(first.outcome == .promoted && first.report.anchorTextCount == 0)
        #expect(jobs[0].examples.reduce(0) { $0 + $1.weight } == Double(kept.count))
        #expect(second.report.anchorTextCount == anchorTexts)
        let total = jobs[1].examples.reduce(0) { $0 + $1.weight }
        #expect(abs(total - 1.25 * Double(own.count)) < 1e-9)
        #expect(jobs[1].examples.count == anchorTexts + Set(own.map { "\($0.question) \($0.text)" }).count)
    }

    @Test func `anchors beside texts that several rounds kept weigh no more than asked for`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        let configuration = Self.configuration(.sodMix) {
            $0.finetune.objectives.anchorWeight = 0.25
            $0.finetune.startFrom = .base
        }
        for _ in 0..<2 { _ = try await RoundRunnerTests.runRound(engine, store, configuration) }

        let round = try await RoundRunnerTests.runRound(engine, store, configuration)

        // Examples of anchors are the first round's, and come first.
        let job = try #require(engine.state.withLock(\.jobs).last)
        let count = try #require(round.report.anchorTextCount)
        let anchored = job.examples.prefix(count).reduce(0) { $0 + $1.weight }
        let rest = job.examples.dropFirst(count).reduce(0) { $0 + $1.weight }
        #expect(abs(anchored - 0.25 * rest) < 1e-9)
    }

    @Test func `a mean loss over another span is measured again`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        let first = try await RoundRunnerTests.runRound(engine, store, Self.configuration(.sft))
        let checkpoint = try #require(first.checkpoint)
        let before = try await store.evaluation(of: checkpoint, on: .gate)?.summary.meanLoss

        let full = Self.configuration(.sft) { $0.select.lossSpan = .fullSequence }
        _ = try await RoundRunnerTests.runRound(engine, store, full)

        // Of each sample the whole costs one nat more than its answer.
        let after = try await store.evaluation(of: checkpoint, on: .gate)?.summary.meanLoss
        #expect(abs(try #require(after) - (try #require(before)) - 1) < 1e-9)
    }

    @Test func `a round in which all agree ends without data, and says so`() async throws {
        let (engine, store) = (FakeEngine(rightOfFour: { _ in 4 }), MemoryStore(RoundRunnerTests.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration(.scpo))

        #expect(round.outcome == .noData)
        #expect(engine.state.withLock(\.jobs).isEmpty)
        let message = store.state.withLock { $0.events.last { $0.kind == .roundEnded }?.message }
        #expect(message?.contains("objective scpo found no examples") == true)
        let state = store.state.withLock { $0 }
        let kept = try #require(state.candidates.first { $0.verdict == .kept })
        #expect(
            Self.explanation(kept, round, state).hasSuffix(
                "objective scpo did not train on it: no readable candidate of its question lost the vote."
            )
        )
    }

    @Test func `a full tie is not trained on by weighted, and neither counted nor explained as such`()
        async throws
    {
        let (engine, store) = (FakeEngine(rightOfFour: { _ in 4 }), MemoryStore(RoundRunnerTests.questions))
        var round = try await RoundRunnerTests.runRound(engine, store, Self.configuration(.weighted))
        let state = store.state.withLock { $0 }
        var tied = try #require(state.candidates.first { $0.verdict == .kept })

        tied.weight = 0

        #expect(Self.explanation(tied, round, state).contains("but was not trained on: its weight is 0"))
        #expect(round.report.chosenCount == state.candidates.count { $0.verdict == .kept })
        (round.outcome, round.phase, round.report.stepCount) = (.noData, .finetune, nil)
        #expect(Self.explanation(tied, round, state).contains("the round ended without data"))
    }

    @Test
    func `pairs that fine-tuning left out are not counted, and explain says which half may be too long`()
        async throws
    {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        let configuration = Self.configuration(.scpo)
        let (plain, _, _) = try await Self.run(configuration)
        engine.state.withLock { $0.tooLong = [0, 1] }

        let round = try await RoundRunnerTests.runRound(engine, store, configuration)

        let state = store.state.withLock { $0 }
        #expect(round.report.pairCount == (plain.report.pairCount ?? 0) - 1)
        #expect(round.report.losingTextCount == (plain.report.losingTextCount ?? 0) - 1)
        let long = try #require(state.candidates.first { $0.reason == .tooLong })
        #expect(Self.explanation(long, round, state).contains("it, or the other half of its pair, is longer"))
    }

    @Test func `a winner without finite references is explained as such`() async throws {
        let (round, state, _) = try await Self.run(Self.configuration(.scpo))
        let kept = try #require(state.candidates.first { $0.verdict == .kept })
        var bare = state
        for place in bare.candidates.indices { bare.candidates[place].scores[.reference] = nil }

        #expect(Self.explanation(kept, round, bare).contains("did not train on it: no pair of its question"))
    }

    @Test func `scpoDs needs valid questions before a round begins, scpo does not`() async throws {
        let questions = RoundRunnerTests.questions.filter { $0.split != .valid }
        func begin(_ objective: ObjectiveID) async throws {
            let runner = RoundRunnerTests.runner(FakeEngine(), MemoryStore(questions))
            let configuration = Self.configuration(objective) { $0.select.policy = .lmsi }
            _ = try await runner.begin(configuration: configuration, seed: 11)
        }

        let error = await #expect(throws: LoopError.self) { try await begin(.scpoDs) }

        #expect(error?.message.contains("finetune.objective scpoDs needs valid questions") == true)
        await #expect(throws: Never.self) { try await begin(.scpo) }
    }
}
