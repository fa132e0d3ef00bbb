import Loop
import Synchronization
import Testing

/// Rounds whose candidates see the options of a question in several orders.
@Suite struct OptionOrderTests {
    private static let choices = ["red", "green", "blue"]

    private static let questions: [QuestionInput] = {
        let counts: [(Split, Int)] = [(.train, 4), (.valid, 2), (.gate, 4)]
        return counts.flatMap { split, count in
            (0..<count).map { number in
                QuestionInput(
                    text: "\(split.rawValue) \(number)?",
                    choices: choices,
                    answer: "B",
                    rationale: split == .valid ? " The answer is (B)." : nil,
                    split: split,
                    origin: "\(split.rawValue).jsonl:\(number + 1)"
                )
            }
        }
    }()

    private static func configuration(_ permutes: Bool = true) -> RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.vote.answerKind = .choice
        configuration.generate.candidates = 6
        configuration.generate.permuteOptions = permutes
        configuration.select.filters = [.vote]
        return configuration
    }

    /// Writes the letter A, whatever the question.
    private static func biased() -> FakeEngine { FakeEngine(text: { _, _ in " The answer is (A)." }) }

    /// Finds green, under whatever letter it is shown.
    private static func knowing() -> FakeEngine {
        FakeEngine(text: { request, _ in " The answer is (\(letter(of: "green", in: request.prompt.text)))." }
        )
    }

    /// The letter that an option is shown under in a prompt.
    private static func letter(of option: String, in prompt: String) -> String {
        guard let place = prompt.firstRange(of: ") \(option)") else { return "?" }
        return String(prompt[..<place.lowerBound].suffix(1))
    }

    private static func candidates(_ store: MemoryStore) -> [Candidate] {
        store.state.withLock { $0.candidates }
    }

    @Test func `an order moves the options on in a circle, and leads back to their own letters`() {
        let order = OptionOrder(rotation: 2, count: 3)
        let shown = order.shown(Self.questions[0])

        #expect(order.letters == ["C", "A", "B"])
        #expect(shown.choices == ["blue", "red", "green"])
        #expect(["A", "B", "C"].map(order.own) == ["C", "A", "B"])
        #expect(["A", "B", "C"].map { order.written(order.own($0)) } == ["A", "B", "C"])
        #expect(order.own("Q") == "Q")
        #expect(OptionOrder.own.shown(Self.questions[0]) == Self.questions[0])
        #expect(OptionOrder.own.own("B") == "B" && OptionOrder.own.letters.isEmpty)
    }

    @Test func `a model that prefers a letter votes for no option, and the report says so`() async throws {
        let store = MemoryStore(Self.questions)

        let round = try await RoundRunnerTests.runRound(Self.biased(), store, Self.configuration())

        let first = Self.candidates(store).prefix(6)
        #expect(first.map(\.index) == [0, 1, 2, 3, 4, 5])
        #expect(first.map(\.answer) == ["A", "B", "C", "A", "B", "C"])
        #expect(round.report.flipRate == 1)
        #expect(round.report.letterShares == ["A": 1])
        #expect(round.report.tieCount == 4)
        #expect(round.report.candidateAccuracy?["strict"] == 1.0 / 3)
        #expect(round.report.candidateAccuracy?["authors"] == 1.0 / 3)
    }

    @Test func `a model that knows the option is of one mind in every order`() async throws {
        let store = MemoryStore(Self.questions)

        let round = try await RoundRunnerTests.runRound(Self.knowing(), store, Self.configuration())

        let candidates = Self.candidates(store)
        #expect(candidates.allSatisfy { $0.answer == "B" && $0.verdict == .kept })
        #expect(candidates.prefix(3).map { $0.text.dropLast(2).suffix(1) } == ["B", "A", "C"])
        #expect(round.report.flipRate == 0)
        let third = 1.0 / 3
        #expect(round.report.letterShares == ["A": third, "B": third, "C": third])
        #expect(round.report.voteAccuracy == 1)
        #expect(round.report.selectedAccuracy == 1)
    }

    @Test func `scores and fine-tuning use the prompt that a candidate saw`() async throws {
        let (engine, store) = (Self.knowing(), MemoryStore(Self.questions))

        _ = try await RoundRunnerTests.runRound(engine, store, Self.configuration())

        let (scored, job) = engine.state.withLock { ($0.scoredTexts, $0.jobs.last) }
        let samples = try #require(job).samples
        // Three orders of four questions; the two candidates of an order wrote the same.
        #expect(samples.count == 12 && samples.allSatisfy { $0.weight == 2 })
        #expect(Set(samples.map(\.prompt.text)).count == 12)
        for sample in samples {
            let letter = Self.letter(of: "green", in: sample.prompt.text)
            #expect(sample.completion == " The answer is (\(letter)).")
            #expect(scored.contains(sample.prompt.text + sample.completion))
        }
    }

    @Test func `evaluation asks in the question's own order`() async throws {
        let (engine, store) = (Self.knowing(), MemoryStore(Self.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration())

        let asked = engine.state.withLock { $0.prompts }.filter { $0.contains("gate ") }
        #expect(!asked.isEmpty && asked.allSatisfy { $0.contains("(A) red (B) green (C) blue") })
        #expect(round.report.gate?.before.rightCount == 4)
    }

    @Test func `when it is off a question is asked once, and nothing is reported`() async throws {
        let (engine, store) = (Self.biased(), MemoryStore(Self.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration(false))

        let asked = engine.state.withLock { $0.prompts }.filter { $0.contains("train ") }
        #expect(asked.count == 4 && asked.allSatisfy { $0.contains("(A) red (B) green (C) blue") })
        #expect(Self.candidates(store).allSatisfy { $0.answer == "A" })
        #expect(round.report.flipRate == nil && round.report.letterShares == nil)
    }

    @Test func `fewer candidates than options see as many orders as there are candidates`() async throws {
        var configuration = Self.configuration()
        configuration.generate.candidates = 2
        let (engine, store) = (Self.biased(), MemoryStore(Self.questions))

        _ = try await RoundRunnerTests.runRound(engine, store, configuration)

        #expect(engine.state.withLock { $0.prompts }.count { $0.contains("train ") } == 8)
        #expect(Self.candidates(store).prefix(2).map(\.answer) == ["A", "B"])
    }

    @Test(arguments: 0..<8) func `a round cut short in any engine call ends the same`(call: Int) async throws
    {
        let (plain, cut) = (MemoryStore(Self.questions), MemoryStore(Self.questions))
        let engine = Self.knowing()
        _ = try await RoundRunnerTests.runRound(Self.knowing(), plain, Self.configuration())
        let runner = RoundRunnerTests.runner(engine, cut)
        let round = try await runner.begin(configuration: Self.configuration(), seed: 11)
        engine.state.withLock { $0.callsUntilFailure = call }

        await #expect(throws: FakeEngine.Failure.self) { _ = try await runner.run(round) }
        let open = try #require(try await cut.openRound())
        let end = try await runner.run(open)

        #expect(Self.candidates(cut) == Self.candidates(plain))
        #expect(cut.state.withLock { $0.checkpoints } == plain.state.withLock { $0.checkpoints })
        #expect(end.report.letterShares == plain.state.withLock { $0.round?.report.letterShares })
    }

    @Test func `equal texts of two orders are no duplicates`() async throws {
        var configuration = Self.configuration()
        configuration.vote.dedupe = true
        let engine = FakeEngine(text: { _, _ in " It is green. The answer is green." })
        let store = MemoryStore(Self.questions)

        _ = try await RoundRunnerTests.runRound(engine, store, configuration)

        let first = Self.candidates(store).prefix(6)
        #expect(first.map(\.verdict) == [.kept, .kept, .kept, .dropped, .dropped, .dropped])
        #expect(first.suffix(3).allSatisfy { $0.reason == .duplicate })
    }

    @Test func `what an earlier round kept trains on the prompt of that round`() async throws {
        var first = Self.configuration(false)
        first.finetune.startFrom = .base
        var second = first
        second.generate.permuteOptions = true
        let (engine, store) = (Self.knowing(), MemoryStore(Self.questions))
        let before = try await RoundRunnerTests.runRound(engine, store, first)
        #expect(before.outcome == .promoted)

        let round = try await RoundRunnerTests.runRound(engine, store, second)

        let samples = try #require(engine.state.withLock { $0.jobs.last }).samples
        // The newer round has the text of the own order, too, and stands for it: 4 of 12.
        #expect(samples.count == 12 && round.report.earlierTextCount == 0)
        for sample in samples {
            let letter = Self.letter(of: "green", in: sample.prompt.text)
            #expect(sample.completion == " The answer is (\(letter)).")
        }
    }

    @Test func `a prompt that is too long in one order is too long`() throws {
        let ruler = PromptRuler(contextLength: 100) { $0.text.contains("(A) blue") ? 90 : 10 }
        var configuration = Self.configuration()
        configuration.generate.maxNewTokens = 20
        // The text must be long enough to be counted at all.
        var question = Self.questions[0]
        question.text = String(repeating: "long ", count: 20)
        let permuted = try LengthCheck(configuration, ruler)
        configuration.generate.permuteOptions = false
        let plain = try LengthCheck(configuration, ruler)

        #expect(permuted.excessInGeneration(question) == 90)
        #expect(plain.excessInGeneration(question) == nil)
        question.split = .gate
        #expect(permuted.excessInGeneration(question) == nil)
    }

    @Test func `explain says in what order a candidate saw the options, and which one its letter is`()
        async throws
    {
        let store = MemoryStore(Self.questions)
        let round = try await RoundRunnerTests.runRound(Self.biased(), store, Self.configuration())
        let rivals = Array(Self.candidates(store).prefix(6))
        func text(_ candidate: Candidate) -> String {
            VerdictExplanation(
                candidate,
                rivals: rivals,
                round: round,
                rank: nil,
                weighedCount: 0,
                question: Self.questions[0]
            ).text
        }

        #expect(
            text(rivals[2]).contains(
                "answered C. It saw the options in the order C A B; its letter A is option C. Of 6 candidates"
            )
        )
        #expect(!text(rivals[0]).contains("It saw the options"))
    }

    @Test func `for other kinds a warning says that there are no options to move`() {
        var configuration = RoundConfiguration()
        configuration.generate.permuteOptions = true

        let advice = configuration.advice([.train: 100, .gate: 200])

        #expect(
            advice == [
                "generate.permuteOptions is set, but only kind choice has options to move; vote.answerKind is numeric"
            ]
        )
    }

    @Test func `greedy candidates of several orders are no mistake`() throws {
        var configuration = Self.configuration()
        configuration.generate.temperature = 0
        configuration.collapse.minDistinctAnswers = 1.5

        #expect(throws: Never.self) { try configuration.checkSense() }
        configuration.generate.permuteOptions = false
        #expect(throws: LoopError.self) { try configuration.checkSense() }
    }

    @Test func `preflight takes the vote over the same orders`() async throws {
        let train = (0..<13).map { number in
            QuestionInput(
                text: "train \(number)?",
                choices: Self.choices,
                answer: "B",
                split: .train,
                origin: "train.jsonl:\(number + 1)"
            )
        }
        let gate = (0..<20).map { number in
            QuestionInput(
                text: "gate \(number)?",
                choices: Self.choices,
                answer: "A",
                split: .gate,
                origin: "gate.jsonl:\(number + 1)"
            )
        }
        let engine = RuledEngine { _, _, _ in .init(text: " The answer is (A).") }

        let report = try await PreflightTests.preflight(engine, train + gate) {
            $0.vote.answerKind = .choice
            $0.generate.candidates = 6
            $0.generate.permuteOptions = true
        }.run(sample: 20)

        // Greedy answers see the options in their own order; candidates tie over all three.
        #expect(report.single.accuracy.rightCount == 20)
        #expect(report.vote.tieCount == 13)
        #expect(report.vote.accuracy.rightCount == 0)
    }
}
