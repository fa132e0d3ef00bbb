import Loop
import Testing

struct VerdictExplanationTests {
    private static func candidate(_ index: Int, _ answer: String?) -> Candidate {
        var candidate = Candidate(
            round: RoundID(rawValue: 2),
            question: QuestionID(rawValue: 17),
            index: index,
            text: "",
            tokenCount: 40,
            meanLogProbability: -1,
            finish: .stop
        )
        candidate.answer = answer
        return candidate
    }

    private static let round: RoundRecord = {
        var round = RoundRecord(
            id: RoundID(rawValue: 2),
            parent: .base,
            phase: .report,
            outcome: .promoted,
            seed: 1,
            configuration: RoundConfiguration(),
            startedAt: ""
        )
        round.report.meanValidLoss = 0.8
        round.report.cutDSWeight = 1.5
        return round
    }()

    private static let rivals = [
        candidate(0, "19"), candidate(1, "18"), candidate(2, "19"), candidate(3, nil), candidate(4, "19"),
    ]

    @Test func `a kept candidate tells of vote, loss, weight and cut`() {
        var own = Self.rivals[0]
        (own.loss, own.scores[.ds]) = (0.4, 2)
        own.settle(.kept, .selected)

        let explanation = VerdictExplanation(
            own,
            rivals: Self.rivals,
            round: Self.round,
            rank: 3,
            weighedCount: 1200
        )

        #expect(
            explanation.text == """
                Candidate 17.0 of round 2 answered 19. Of 5 candidates for this question 4 gave a readable answer; 19 won \
                with 3 votes (75.0 %); 18 had 1. Its loss is 0.400 nats per token, the valid set's mean is 0.800: the model \
                is surer of it than of your worked answers, and the DS weight, the larger of the two ratios, is 2.000. That \
                is place 3 of 1,200 by DS weight; the 80 % closest are kept, up to 1.500. It was kept: it passed every stage \
                and was trained on with weight 1.
                """
        )
    }

    @Test func `filters that a candidate never reached say nothing, and a cut names whom it ranks`() {
        var round = Self.round
        round.configuration.select.filters = [.vote, .oracle, .ds]
        var (wrong, kept) = (Self.rivals[0], Self.rivals[2])
        (wrong.loss, wrong.scores[.ds]) = (0.4, 2)
        (kept.loss, kept.scores[.ds]) = (0.6, 1.2)
        wrong.settle(.dropped, .wrongAnswer)
        kept.settle(.kept, .selected)
        func text(_ candidate: Candidate) -> String {
            VerdictExplanation(candidate, rivals: Self.rivals, round: round, rank: 3, weighedCount: 12).text
        }

        #expect(!text(wrong).contains("by DS weight"))
        #expect(
            text(kept).contains(
                "place 3 of 12 by DS weight; the 80 % closest of those that the filters before left are kept, up to 1.500."
            )
        )
    }

    @Test func `an outvoted and an unreadable one say so`() {
        var outvoted = Self.rivals[1]
        outvoted.settle(.dropped, .outvoted)
        var unparsed = Self.rivals[3]
        unparsed.settle(.dropped, .unparsed)
        func text(_ candidate: Candidate) -> String {
            VerdictExplanation(candidate, rivals: Self.rivals, round: Self.round, rank: nil, weighedCount: 0)
                .text
        }

        #expect(text(outvoted).hasSuffix("18 had 1. It was dropped: its answer lost the vote."))
        #expect(text(unparsed).hasPrefix("Candidate 17.3 of round 2 gave no answer that could be read."))
        #expect(text(unparsed).hasSuffix("It was dropped: no answer followed \"The answer is\"."))
    }
}
