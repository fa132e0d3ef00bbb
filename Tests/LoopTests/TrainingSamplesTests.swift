import Loop
import Testing

/// Which candidates become examples, and in which groups.
@Suite struct TrainingSamplesTests {
    private func candidate(
        _ index: Int,
        _ text: String,
        question: Int = 1,
        round: Int = 1,
        dropped reason: VerdictReason? = nil
    ) -> Candidate {
        var candidate = Candidate(
            round: RoundID(rawValue: round),
            question: QuestionID(rawValue: question),
            index: index,
            text: text,
            tokenCount: 3,
            meanLogProbability: -1,
            finish: .stop
        )
        candidate.settle(reason == nil ? .kept : .dropped, reason ?? .selected)
        return candidate
    }

    private var questions: [QuestionID: Question] {
        let all = [1, 2].map { number in
            Question(
                id: QuestionID(rawValue: number),
                content: QuestionInput(text: "q\(number)", split: .train, origin: "t")
            )
        }
        return Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
    }

    @Test func `for cross-entropy each text is a group of its own`() throws {
        let candidates = [
            candidate(0, "a"), candidate(1, "a"), candidate(2, "b"), candidate(3, "c", dropped: .outvoted),
            candidate(0, "a", question: 2, dropped: .tooLong),
        ]

        let texts = TrainingSamples.build(
            candidates,
            questions: questions,
            prompts: try PromptSettings().writer()
        )

        #expect(texts.map(\.example.group) == [0, 1, 2])
        #expect(texts.map(\.example.weight) == [2, 1, 1])
        #expect(texts.allSatisfy { $0.example.referenceLogProbability == nil })
    }

    @Test func `losing candidates can be examples, in a group with winning ones`() throws {
        let candidates = [
            candidate(0, "won"), candidate(1, "lost", dropped: .outvoted),
            candidate(2, "cut", dropped: .truncated),
            candidate(0, "alone", question: 2),
            candidate(1, "lost", question: 2, dropped: .outvoted),
        ]

        let texts = TrainingSamples.build(
            candidates,
            questions: questions,
            prompts: try PromptSettings().writer()
        ) {
            switch $0.text {
            case "won": TrainingSamples.Part(weight: 0.5, group: 30, referenceLogProbability: -4)
            case "lost" where $0.question.rawValue == 1:
                TrainingSamples.Part(weight: -0.5, group: 30, referenceLogProbability: -6)
            case "alone": TrainingSamples.Part(weight: 1)
            default: nil
            }
        }

        #expect(texts.map(\.sample.completion) == ["won", "lost", "alone"])
        #expect(texts.map(\.example.group) == [0, 0, 1])
        #expect(texts.map(\.example.weight) == [0.5, -0.5, 1])
        #expect(texts.map(\.example.referenceLogProbability) == [-4, -6, nil])
    }

    @Test func `one text can be in two groups`() throws {
        let candidates = [candidate(0, "a"), candidate(1, "a"), candidate(2, "b")]

        let texts = TrainingSamples.build(
            candidates,
            questions: questions,
            prompts: try PromptSettings().writer()
        ) {
            TrainingSamples.Part(weight: 1, group: $0.index % 2)
        }

        #expect(texts.map(\.sample.completion) == ["a", "a", "b"])
        #expect(texts.map(\.example.group) == [0, 1, 0])
    }

    @Test func `a text of several rounds counts as the newest has it`() throws {
        let candidates = [
            candidate(0, "a", round: 1), candidate(1, "a", round: 1), candidate(0, "a", round: 2),
        ]

        let texts = TrainingSamples.build(
            candidates,
            questions: questions,
            prompts: try PromptSettings().writer()
        ) {
            TrainingSamples.Part(weight: 1, referenceLogProbability: Double(-$0.round.rawValue))
        }

        #expect(texts.map(\.example.weight) == [1])
        #expect(texts.map(\.example.referenceLogProbability) == [-2])
    }
}
