/// Turns candidates into the sequences that fine-tuning sees.
public enum TrainingSamples {
    /// A sequence and the candidates that have it.
    public struct Text: Hashable, Sendable {
        /// Prompt without worked examples, the text exactly as generated, the summed weight, and its group.
        public var example: TrainingExample
        /// The candidates of one round with this text, by (question, index).
        public var candidates: [Candidate]

        /// Prompt, text and weight.
        public var sample: TextSample { example.sample }
    }

    /// How a candidate takes part in training.
    public struct Part: Hashable, Sendable {
        /// Its weight; below zero for what the model is to write less often.
        public var weight: Double
        /// The caller's number of the group that an objective judges it in; nil is a group of its own.
        public var group: Int?
        /// See `TrainingExample.referenceLogProbability`.
        public var referenceLogProbability: Double?

        /// Builds a part.
        public init(weight: Double, group: Int? = nil, referenceLogProbability: Double? = nil) {
            self.weight = weight
            self.group = group
            self.referenceLogProbability = referenceLogProbability
        }
    }

    private struct Key: Hashable {
        let text: TextKey
        let group: Int?
    }

    /// What cross-entropy trains on: kept candidates by their weight, each on its own.
    ///
    /// Candidates that fine-tuning itself has left out stay in, so that a resumed job sees the very samples
    /// it began with.
    public static func kept(_ candidate: Candidate) -> Part? {
        candidate.isForTraining && candidate.weight > 0 ? Part(weight: candidate.weight) : nil
    }

    /// Builds the examples: one per distinct prompt, text and group, weighted by its copies' weights.
    ///
    /// One sequence of weight c has the same gradient as c copies. A text that several rounds kept counts as
    /// the newest of them has it.
    ///
    /// - Parameters:
    ///   - candidates: Candidates in order of (round, question, index).
    ///   - questions: Their questions by number.
    ///   - prompts: Writes questions as prompts.
    ///   - part: How a candidate takes part; nil leaves it out. Losing candidates can take part.
    ///   - view: The view of its question that a candidate trains on; its options in the order that it saw,
    ///     so that letters and options agree.
    /// - Returns: Texts in order of their first candidate, groups numbered in that order; candidates of
    ///   unknown questions are left out.
    public static func build(
        _ candidates: [Candidate],
        questions: [QuestionID: Question],
        prompts: PromptWriter,
        part: (Candidate) -> Part? = kept,
        view: (Candidate, QuestionInput) -> QuestionView = { _, _ in .own }
    ) -> [Text] {
        var texts: [Text] = []
        var places: [Key: Int] = [:]
        var numbers: [Int: Int] = [:]
        var groupCount = 0
        var last: (question: QuestionID, view: QuestionView, prompt: PromptText)?
        for candidate in candidates {
            guard let part = part(candidate), let question = questions[candidate.question] else { continue }
            let view = view(candidate, question.content)
            let key = Key(
                text: TextKey(
                    question: candidate.question,
                    text: candidate.text,
                    view: view.number
                ),
                group: part.group
            )
            if let place = places[key] {
                if texts[place].candidates.first?.round != candidate.round {
                    texts[place].example.weight = 0
                    texts[place].example.referenceLogProbability = part.referenceLogProbability
                    texts[place].candidates = []
                }
                texts[place].example.weight += part.weight
                texts[place].candidates.append(candidate)
                continue
            }
            places[key] = texts.count
            let group = part.group.flatMap { numbers[$0] } ?? groupCount
            if let number = part.group { numbers[number] = group }
            groupCount = max(groupCount, group + 1)
            // Neighbours share their question.
            let prompt = last?.question == question.id && last?.view == view ? last?.prompt : nil
            let own = prompt ?? prompts.prompt(for: view.shown(question.content))
            last = (question.id, view, own)
            let sample = TextSample(
                prompt: own,
                completion: candidate.text,
                weight: part.weight
            )
            let example = TrainingExample(
                sample,
                group: group,
                referenceLogProbability: part.referenceLogProbability
            )
            texts.append(Text(example: example, candidates: [candidate]))
        }
        return texts
    }
}

extension Candidate {
    /// Whether it was selected, and fine-tuning found it too long or its step not finite.
    var isLeftOutByFinetuning: Bool { reason == .tooLong || reason == .quarantined }

    /// Whether it was selected, be it left out by fine-tuning afterwards.
    var isForTraining: Bool { verdict == .kept || isLeftOutByFinetuning }
}
