/// Turns kept candidates into the sequences that fine-tuning sees.
public enum TrainingSamples {
    /// A sequence with the candidates it stands for.
    public struct Group: Hashable, Sendable {
        /// Prompt without worked examples, the text exactly as generated, and the summed weight.
        public var sample: TextSample
        /// The candidates of one round with this text, by (question, index).
        public var candidates: [Candidate]
    }

    /// Builds the samples: one per distinct text of a question, weighted by its copies' weights.
    ///
    /// One sequence of weight c has the same gradient as c copies. A text that several rounds kept counts as the
    /// newest of them has it. Candidates that fine-tuning itself has left out stay in, so that a resumed job sees the
    /// very samples it began with.
    ///
    /// - Parameters:
    ///   - candidates: Candidates in order of (round, question, index).
    ///   - questions: Their questions by number.
    ///   - prompt: How questions become prompts.
    /// - Returns: Groups in order of their first candidate; candidates of unknown questions are left out.
    public static func build(
        _ candidates: [Candidate],
        questions: [QuestionID: Question],
        prompt: PromptSettings
    ) -> [Group] {
        var groups: [Group] = []
        var places: [TextKey: Int] = [:]
        var last: (question: QuestionID, prompt: PromptText)?
        for candidate in candidates where candidate.verdict == .kept || candidate.isLeftOutByFinetuning {
            guard let question = questions[candidate.question] else { continue }
            let key = TextKey(question: candidate.question, text: candidate.text)
            if let place = places[key] {
                if groups[place].candidates.first?.round != candidate.round {
                    groups[place].sample.weight = 0
                    groups[place].candidates = []
                }
                groups[place].sample.weight += candidate.weight
                groups[place].candidates.append(candidate)
                continue
            }
            places[key] = groups.count
            // Neighbours share their question.
            if last?.question != question.id { last = (question.id, prompt.prompt(for: question.content)) }
            let sample = TextSample(
                prompt: last?.prompt ?? prompt.prompt(for: question.content),
                completion: candidate.text,
                weight: candidate.weight
            )
            groups.append(Group(sample: sample, candidates: [candidate]))
        }
        return groups
    }
}

extension Candidate {
    /// Whether it was selected, and fine-tuning found it too long or its step not finite.
    var isLeftOutByFinetuning: Bool { reason == .tooLong || reason == .quarantined }
}
