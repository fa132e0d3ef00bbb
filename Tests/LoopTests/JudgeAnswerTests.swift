import Loop
import Synchronization
import Testing

@Suite struct JudgeAnswerTests {
    /// Gives each of the readings that there are in turn.
    private struct Judge: AnswerJudge {
        static let readings: [AnswerReading] = [
            .answer(Answer(canonical: "good")), .none(.judgeTimeout, "no verdict within 10 s"),
            .none(.judgeNone, "no proof"), .none(.judgeFailed, "it ended"),
        ]

        func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
            texts.indices.map { Self.readings[$0 % Self.readings.count] }
        }
    }

    private static func run(
        _ judges: [AnswerKindID: @Sendable (RoundConfiguration) -> any AnswerJudge]
    ) async throws -> (RoundRecord, [Candidate]) {
        var catalog = Catalog.standard
        catalog.judges = judges
        var configuration = RoundRunnerTests.configuration
        configuration.vote.answerKind = .judge
        configuration.answer.judgeCommand = ["verify"]
        configuration.collapse.minParsedShare = 0
        let store = MemoryStore(RoundRunnerTests.questions)
        let runner = RoundRunner(
            engine: FakeEngine(),
            store: store,
            clock: { 0 },
            report: { _ in },
            catalog: catalog
        )
        let round = try await runner.begin(configuration: configuration, seed: 11)
        let ended = try await runner.run(round)
        return (ended, store.state.withLock { $0.candidates })
    }

    @Test func `the journal keeps why a judge read nothing, and explain says it`() async throws {
        let (round, candidates) = try await Self.run([.judge: { _ in Judge() }])

        let first = candidates.filter { $0.question == candidates[0].question }
        #expect(first.map(\.answer) == ["good", nil, nil, nil])
        #expect(first.dropFirst().map(\.reason) == [.judgeTimeout, .judgeNone, .judgeFailed])
        #expect(first.dropFirst().allSatisfy { $0.verdict == .dropped })
        #expect(round.report.dropCounts?["judge_timeout"] == candidates.count / 4)
        let explanation = VerdictExplanation(
            first[1],
            rivals: first,
            round: round,
            rank: nil,
            weighedCount: 0,
            question: RoundRunnerTests.questions[0]
        )
        #expect(
            explanation.text.hasSuffix(
                "It was dropped: the judge gave no verdict within answer.judgeTimeout 10 s (judge_timeout)."
            )
        )
    }

    @Test func `where no program runs judges, nothing is read`() async throws {
        let (_, candidates) = try await Self.run([:])

        #expect(candidates.allSatisfy { $0.answer == nil && $0.reason == .judgeFailed })
    }

    @Test func `kind judge wants a command`() {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .judge

        #expect(throws: LoopError.self) { try configuration.validate() }
        configuration.answer.judgeCommand = ["python3", "/srv/judge.py"]
        #expect(throws: Never.self) { try configuration.validate() }
    }

    @Test func `files of a judge are whole paths`() {
        var configuration = RoundConfiguration()
        configuration.answer.judgeFiles = ["judge.py"]

        #expect(throws: LoopError.self) { try configuration.validate() }
    }

    @Test(arguments: [
        (#"{"tests": [{"input": "2 3", "output": "5\n"}]}"#, #"["5"]"#),
        (
            #"{"tests": [{"input": "", "output": "a \nb  \n\n"}, {"input": "", "output": ""}]}"#,
            #"["a\nb",""]"#
        ),
        (#"{"entry": "add", "tests": [{"input": "[2, 3]", "output": "5"}]}"#, #"["5"]"#),
    ]) func `a reference of kind code is what right programs print`(reference: String, outputs: String) {
        let kind = CodeAnswer(QuestionInput(text: "", split: .gate, origin: ""), AnswerSettings())

        #expect(kind.reference(reference, profile: .strict)?.canonical == outputs)
    }

    @Test(arguments: [
        "5", "{}", #"{"tests": []}"#, #"{"tests": [{"output": "5"}]}"#,
        #"{"entry": "os.system", "tests": [{"input": "", "output": ""}]}"#,
        #"{"tests": [{"input": ""}]}"#,
    ]) func `a gate question of kind code has whole tests`(answer: String) {
        let question = QuestionInput(text: "Add.", answer: answer, split: .gate, origin: "gate.jsonl:1")

        #expect(throws: LoopError.self) { try CodeAnswer.check(question, AnswerSettings()) }
    }

    @Test func `a train question of kind code needs no outputs, and then has no reference`() throws {
        let answer = #"{"tests": [{"input": "2 3"}]}"#
        let question = QuestionInput(text: "Add.", answer: answer, split: .train, origin: "train.jsonl:1")
        let kind = CodeAnswer(question, AnswerSettings())

        try CodeAnswer.check(question, AnswerSettings())
        #expect(kind.reference(answer, profile: .strict) == nil)
        #expect(kind.referenceReading(answer).answer != nil)
    }
}
