import Loop
import Testing

@Suite struct SelectionPolicyTests {
    private func candidate(
        _ index: Int,
        loss: Double? = nil,
        dropped reason: VerdictReason? = nil,
        question: Int = 1,
        text: String? = nil
    ) -> Candidate {
        var candidate = Candidate(
            round: RoundID(rawValue: 1),
            question: QuestionID(rawValue: question),
            index: index,
            text: text ?? " text \(index)",
            tokenCount: 3,
            meanLogProbability: -1,
            finish: .stop
        )
        candidate.answer = reason == .unparsed ? nil : "8"
        candidate.loss = loss
        candidate.scores[.ds] = loss.flatMap { DSWeight.weight(loss: $0, meanValidLoss: 2) }
        if let reason { candidate.settle(.dropped, reason) }
        return candidate
    }

    private func reasons(
        _ policy: SelectionPolicyID,
        _ candidates: [Candidate],
        meanValidLoss: Double? = 2,
        isRight: @escaping @Sendable (Candidate) -> Bool? = { _ in nil }
    ) throws -> [VerdictReason] {
        var configuration = RoundConfiguration()
        configuration.select.policy = policy
        var pool = SelectionPool(candidates, meanValidLoss: meanValidLoss, isRight: isRight)
        try SelectionChain(configuration).apply(to: &pool)
        return pool.settled().compactMap(\.reason)
    }

    private var mixed: [Candidate] {
        [
            candidate(0, loss: 2),
            candidate(1, dropped: .outvoted),
            candidate(2, dropped: .unparsed),
            candidate(3, dropped: .truncated),
            candidate(4, dropped: .lowConsistency),
        ]
    }

    @Test func `none keeps every readable candidate`() throws {
        let expected: [VerdictReason] = [.selected, .selected, .unparsed, .truncated, .selected]

        #expect(try reasons(.none, mixed) == expected)
    }

    @Test func `oracle keeps right candidates whatever the vote said`() throws {
        let isRight: @Sendable (Candidate) -> Bool? = { [nil, true, true, true, false][$0.index] }

        let found = try reasons(.oracle, mixed, isRight: isRight)

        #expect(found == [.wrongAnswer, .selected, .unparsed, .truncated, .wrongAnswer])
    }

    @Test func `lmsi keeps what the vote left`() throws {
        let expected: [VerdictReason] = [.selected, .outvoted, .unparsed, .truncated, .lowConsistency]

        #expect(try reasons(.lmsi, mixed) == expected)
    }

    @Test func `iwsi cuts the golden losses and counts both sides`() throws {
        let candidates = [2.0, 1.0, 4.0, 2.5, 1.6].enumerated().map { candidate($0, loss: $1) }
        var configuration = RoundConfiguration()
        configuration.select.keep = 60
        var pool = SelectionPool(candidates, meanValidLoss: 2)

        try SelectionChain(configuration).apply(to: &pool)

        #expect(pool.settled().map(\.verdict) == [.kept, .dropped, .dropped, .kept, .kept])
        #expect(pool.summary.lowSideDropCount == 1)
        #expect(pool.summary.highSideDropCount == 1)
        #expect(abs((pool.summary.cutDSWeight ?? 0) - 1.25) < 1e-12)
    }

    @Test func `candidates dropped earlier do not count in n`() throws {
        var candidates = (0..<5).map { candidate($0, loss: 2 + Double($0)) }
        candidates += (5..<10).map { candidate($0, dropped: .lossDegenerate) }

        let found = try reasons(.iwsi, candidates)

        #expect(found.count { $0 == .selected } == 4)
        #expect(found.count { $0 == .lossDegenerate } == 5)
    }

    @Test func `iwsi without a valid set selects by the vote`() throws {
        let expected: [VerdictReason] = [.selected, .outvoted, .unparsed, .truncated, .lowConsistency]

        #expect(try reasons(.iwsi, mixed, meanValidLoss: nil) == expected)
    }

    @Test func `copies of a text become one sample of their weight`() throws {
        var candidates = [
            candidate(0, text: " 8."), candidate(1, text: " 8."), candidate(2, text: " eight"),
            candidate(0, question: 2, text: " 8."), candidate(1, question: 2, text: " lost"),
        ]
        for index in 0..<4 { candidates[index].settle(.kept, .selected) }
        candidates[4].settle(.dropped, .outvoted)
        let questions = [1, 2].map { number in
            Question(
                id: QuestionID(rawValue: number),
                content: QuestionInput(text: "q\(number)", split: .train, origin: "t")
            )
        }

        let groups = TrainingSamples.build(
            candidates,
            questions: Dictionary(uniqueKeysWithValues: questions.map { ($0.id, $0) }),
            prompts: try PromptSettings().writer()
        )

        #expect(groups.map(\.sample.weight) == [2, 1, 1])
        #expect(groups.map(\.sample.completion) == [" 8.", " eight", " 8."])
        #expect(groups.map(\.sample.prompt.text) == ["Q: q1\nA:", "Q: q1\nA:", "Q: q2\nA:"])
    }
}
