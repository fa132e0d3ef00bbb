/// The name of a score, as journals and the API spell it.
public struct ScoreName: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
    /// Its spelling.
    public let rawValue: String

    /// Wraps a spelling.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The name.
    public var description: String { rawValue }

    /// The DS weight, at least 1 (method: `exp |ln loss − ln mean valid loss|`).
    public static let ds = ScoreName(rawValue: "ds")

    /// Cosine of a candidate's hidden state with that of its group's medoid, for answers of kind `free`.
    public static let similarity = ScoreName(rawValue: "similarity")
    /// Instruction-following difficulty: loss after the question over loss after the answer's header alone.
    public static let ifd = ScoreName(rawValue: "ifd")
    /// The model's own rating, 0...10.
    public static let rating = ScoreName(rawValue: "rating")
    /// What a reward model gives, on its own scale.
    public static let reward = ScoreName(rawValue: "reward")
    /// Median loss of a text's learnable tokens under a smaller model, nats.
    public static let smallModel = ScoreName(rawValue: "small_model")
    /// Normalised entropy of the answers to the candidate's question, 0...1; filter `entropy` records it.
    public static let entropy = ScoreName(rawValue: "entropy")
    /// Share of all candidates of the question that gave the winning answer; filter `voteBand` records it.
    public static let voteShare = ScoreName(rawValue: "vote_share")
    /// Views of the question that have a candidate; filter `secondView` records it.
    public static let viewCount = ScoreName(rawValue: "views")
    /// Those of them that elect the winner; filter `secondView` records it.
    public static let agreeingViews = ScoreName(rawValue: "views_agreeing")
    /// Loss over mean valid loss; filter `difficultyDiversity` records it.
    public static let difficulty = ScoreName(rawValue: "difficulty")
    /// Sum of the scored tokens' log-probabilities under the round's start model, nats.
    public static let reference = ScoreName(rawValue: "reference_logprob")
}

/// One number per scorer for one candidate.
///
/// Most candidates have none or one, so they are kept in a list.
public struct CandidateScores: Hashable, Sendable {
    private var entries: [Entry] = []

    private struct Entry: Hashable {
        let name: ScoreName
        var value: Double
    }

    /// None.
    public init() {}

    /// A score; nil when it was not measured.
    public subscript(name: ScoreName) -> Double? {
        get { entries.first { $0.name == name }?.value }
        set {
            entries.removeAll { $0.name == name }
            guard let newValue else { return }
            entries.append(Entry(name: name, value: newValue))
            entries.sort { $0.name.rawValue < $1.name.rawValue }
        }
    }

    /// Names and values in order of name.
    public var all: [(name: ScoreName, value: Double)] { entries.map { ($0.name, $0.value) } }
}

extension CandidateScores: Codable {
    /// Reads an object of names and numbers.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.singleValueContainer().decode([String: Double].self)
        for (name, value) in values { self[ScoreName(rawValue: name)] = value }
    }

    /// Writes an object of names and numbers.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Dictionary(all.map { ($0.name.rawValue, $0.value) }) { first, _ in first })
    }
}
