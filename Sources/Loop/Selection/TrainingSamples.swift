/// Turns kept candidates into the sequences that fine-tuning sees.
public enum TrainingSamples {
    /// A sequence with the candidates it stands for.
    public struct Group: Hashable, Sendable {
        /// Prompt without worked examples, the text exactly as generated, and the summed weight.
        public var sample: TextSample
        /// The candidates with this text, by (question, index).
        public var candidates: [Candidate]
    }

    /// Builds the samples: one per distinct text of a question, weighted by its copies' weights.
    ///
    /// One sequence of weight c has the same gradient as c copies. Candidates that fine-tuning itself
    /// found too long stay in, so that a resumed job sees the very samples it began with.
    ///
    /// - Parameters:
    ///   - candidates: All candidates of a round in order of (question, index).
    ///   - questions: Their questions by number.
    ///   - prompt: How questions become prompts.
    /// - Returns: Groups in order of (question, first index); candidates of unknown questions are left out.
    public static func build(
        _ candidates: [Candidate],
        questions: [QuestionID: Question],
        prompt: PromptSettings
    ) -> [Group] {
        var groups: [Group] = []
        var places: [TextKey: Int] = [:]
        for candidate in candidates where candidate.verdict == .kept || candidate.reason == .tooLong {
            guard let question = questions[candidate.question] else { continue }
            let key = TextKey(question: candidate.question, text: candidate.text)
            if let place = places[key] {
                groups[place].sample.weight += candidate.weight
                groups[place].candidates.append(candidate)
                continue
            }
            places[key] = groups.count
            let sample = TextSample(
                prompt: prompt.prompt(for: question.content),
                completion: candidate.text,
                weight: candidate.weight
            )
            groups.append(Group(sample: sample, candidates: [candidate]))
        }
        return groups
    }
}

/// A text of a question; identical texts are scored and trained once.
///
/// Compared byte by byte, because Swift's own equality would merge texts that differ in Unicode normalisation
/// and so in tokens.
struct TextKey: Hashable {
    /// The question.
    let question: QuestionID
    /// The text's UTF-8.
    let bytes: [UInt8]

    /// Makes a key.
    init(question: QuestionID, text: String) {
        self.question = question
        self.bytes = Array(text.utf8)
    }
}
