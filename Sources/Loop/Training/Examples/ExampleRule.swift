/// Which candidates an objective trains on, with which weight, in which groups.
///
/// A pure function of what the store holds: the same candidates give the same examples, so that a round can
/// be taken up again at any place, and `explain` can say what became of a candidate.
public protocol ExampleRule: Sendable {
    /// Whether it compares the candidates of a question by their votes; without it, kept candidates are
    /// trained on by their weight.
    var comparesVotes: Bool { get }
    /// Whether phase `select` multiplies the weights of kept candidates by the margin of their vote.
    var weighsByMargin: Bool { get }
    /// Weight of the anchors, as a multiple of the round's own texts'; 0 without anchors.
    var anchorWeight: Double { get }
    /// Scores that it needs; their scorers run in phase `weigh`.
    var neededScores: [ScoreName] { get }

    /// Places of candidates that lost and may take part, as far as votes say; phase `weigh` scores them, too.
    func losers(of question: VotedQuestion) -> [Int]

    /// How the candidates of a question take part, by place; groups are numbered within the question.
    func parts(of question: VotedQuestion) -> [Int: TrainingSamples.Part]
}

extension ExampleRule {
    /// It does not.
    public var comparesVotes: Bool { false }
    /// It does not.
    public var weighsByMargin: Bool { false }
    /// None.
    public var anchorWeight: Double { 0 }
    /// None.
    public var neededScores: [ScoreName] { [] }

    /// None.
    public func losers(of question: VotedQuestion) -> [Int] { [] }

    /// The kept ones, each on its own.
    public func parts(of question: VotedQuestion) -> [Int: TrainingSamples.Part] {
        var parts: [Int: TrainingSamples.Part] = [:]
        for (place, candidate) in question.candidates.enumerated() {
            parts[place] = TrainingSamples.kept(candidate)
        }
        return parts
    }
}

/// Kept candidates by their weight.
public struct KeptExamples: ExampleRule {
    /// Whether phase `select` multiplies their weights by the margin of their vote.
    public let weighsByMargin: Bool
    /// Weight of the first round's kept candidates beside them.
    public let anchorWeight: Double

    /// Builds the rule.
    public init(weighsByMargin: Bool = false, anchorWeight: Double = 0) {
        self.weighsByMargin = weighsByMargin
        self.anchorWeight = anchorWeight
    }
}
