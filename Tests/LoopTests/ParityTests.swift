import Foundation
import Loop
import Testing

/// On recorded candidates, profile `authors` keeps what the published rules keep, worked out by hand.
///
/// | Question | Answers by the released reader | Winner | Entropy |
/// | --- | --- | --- | --- |
/// | 1 | 8 8 9 – 8 | 8 | (0.562 nats) / ln 4 = 0.406 |
/// | 2 | 6 6 7 6 2: no sign, no decimals, no cue needed | 6 | (0.950 nats) / ln 5 = 0.590 |
/// | 3 | 5 4 4 5 – | 5, first seen | ln 2 / ln 4 = 0.5 |
/// | 4 | – – 1000 – – | 1000 | none: ln 1 is 0, dropped |
@Suite struct ParityTests {
    private struct Line: Decodable {
        let question: Int
        let index: Int
        let text: String
        let loss: Double
    }

    private static let meanValidLoss = 2.0

    private static var authors: RoundConfiguration {
        var configuration = RoundConfiguration()
        configuration.vote.extractor = .authors
        (configuration.vote.minVotes, configuration.vote.minShare) = (1, 0)
        configuration.select.cut = .authors
        return configuration
    }

    /// The recorded candidates, read, voted on and weighed.
    private static func candidates(_ configuration: RoundConfiguration) throws -> [Candidate] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Fixtures/parity.jsonl"
        )
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
        let question = QuestionInput(text: "How many?", split: .train, origin: "parity.jsonl:1")
        let extractor = try AnswerExtractor(configuration: configuration, question: question)
        var candidates = lines.map { line in
            var candidate = FilterTests.candidate(line.index, question: line.question, text: line.text)
            candidate.read(with: extractor)
            candidate.loss = line.loss
            candidate.scores[.ds] = DSWeight.weight(loss: line.loss, meanValidLoss: meanValidLoss)
            return candidate
        }
        let vote = MajorityVote(settings: configuration.vote)
        for question in Set(lines.map(\.question)) {
            let places = candidates.indices.filter { candidates[$0].question.rawValue == question }
            let tally = vote.tally(places.map { candidates[$0].answer })
            for place in places {
                if let reason = vote.dropReason(for: candidates[place].answer, in: tally) {
                    candidates[place].settle(.dropped, reason)
                }
            }
        }
        return candidates
    }

    /// What a policy keeps, as `question.index`.
    private static func kept(
        _ policy: SelectionPolicyID,
        _ change: (inout RoundConfiguration) -> Void = { _ in }
    ) throws -> [String] {
        var configuration = authors
        configuration.select.policy = policy
        change(&configuration)
        var pool = SelectionPool(try candidates(configuration), meanValidLoss: meanValidLoss)
        try SelectionChain(configuration).apply(to: &pool)
        return pool.settled().filter { $0.verdict == .kept }.map { "\($0.question).\($0.index)" }
    }

    @Test func `the released reader finds what the table says`() throws {
        let answers = try Self.candidates(Self.authors).map { $0.answer ?? "–" }

        let expected = "8 8 9 – 8 6 6 7 6 2 5 4 4 5 – – – 1000 – –".split(separator: " ").map(String.init)
        #expect(answers == expected)
    }

    @Test func `LMSI keeps every text of the winner, of a tie that of the first seen`() throws {
        let expected = ["1.0", "1.1", "1.4", "2.0", "2.1", "2.3", "3.0", "3.3", "4.2"]

        #expect(try Self.kept(.lmsi) == expected)
    }

    @Test(arguments: [
        (0.45, ["1.0", "1.1", "1.4"]),
        (0.55, ["1.0", "1.1", "1.4", "3.0", "3.3"]),
        (0.6, ["1.0", "1.1", "1.4", "2.0", "2.1", "2.3", "3.0", "3.3"]),
        (1.0, ["1.0", "1.1", "1.4", "2.0", "2.1", "2.3", "3.0", "3.3"]),
    ])
    func `the Entropy-filter keeps questions up to its threshold, never one with a single answer`(
        limit: Double,
        expected: [String]
    ) throws {
        let found = try Self.kept(.entropy) {
            $0.select.entropy.rule = .threshold
            $0.select.entropy.limit = limit
        }

        #expect(found == expected)
    }

    /// The released code keeps what is below the weight at place ⌊9 k⌋: 3 at 79 %, 2 at 60 %.
    ///
    /// Weights of the nine that won: 1 2 2 1.25 1.25 4 3 1.1 1.6; in order 1 1.1 1.25 1.25 1.6 2 2 3 4.
    @Test(arguments: [
        (79.0, ["1.0", "1.1", "1.4", "2.0", "2.1", "3.3", "4.2"]),
        (60.0, ["1.0", "2.0", "2.1", "3.3", "4.2"]),
    ])
    func `IWSI keeps what is strictly below the weight at the cut`(keep: Double, expected: [String]) throws {
        #expect(try Self.kept(.iwsi) { $0.select.keep = keep } == expected)
    }

    @Test func `the paper's own rule keeps the weight at the cut, too, and K is exact in ours`() throws {
        let paper = try Self.kept(.iwsi) { ($0.select.keep, $0.select.cut) = (60, .inclusive) }
        let ours = try Self.kept(.iwsi) { ($0.select.keep, $0.select.cut) = (60, .exactK) }

        // ⌊9 · 60 %⌋ = 5: the fifth smallest weight is 1.6.
        #expect(paper == ["1.0", "2.0", "2.1", "3.3", "4.2"])
        #expect(ours == paper)
    }

    @Test func `IWSI-w weighs by mean valid loss over loss, at most 2`() throws {
        var configuration = Self.authors
        configuration.select.policy = .iwsiW
        var pool = SelectionPool(try Self.candidates(configuration), meanValidLoss: Self.meanValidLoss)
        try SelectionChain(configuration).apply(to: &pool)

        let weights = pool.settled().filter { $0.verdict == .kept }.map(\.weight)

        let expected = [1, 2, 0.5, 0.8, 1.25, 2, 2 / 6.0, 2 / 2.2, 1.6]
        #expect(weights.count == expected.count)
        #expect(zip(weights, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    }
}
