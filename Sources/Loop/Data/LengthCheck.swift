/// Finds questions that are longer than the model takes, before a round runs into them.
///
/// The tokens of the worked examples are counted once. Prompts near the limit are then counted whole, exactly
/// as the engine counts them.
public struct LengthCheck: Sendable {
    /// Tokens by which a text may differ from the sum of its two halves: a seam changes what is next to it
    /// alone.
    private static let seam = 64

    private let configuration: RoundConfiguration
    private let prompts: PromptWriter
    private let ruler: PromptRuler
    private let generation: Prefix
    private let evaluation: Prefix

    /// A text before the prompts, counted once.
    private struct Prefix: Sendable {
        let text: PromptText
        let count: Int
    }

    /// Prepares a check.
    ///
    /// - Parameters:
    ///   - configuration: Prompts, `generate.maxNewTokens` and `finetune.maxTokens`.
    ///   - ruler: Counts tokens.
    ///   - formats: The prompt formats there are.
    /// - Throws: `LoopError` `invalid_configuration` when no format has the configuration's name.
    public init(
        _ configuration: RoundConfiguration,
        _ ruler: PromptRuler,
        formats: PromptFormats = .standard
    ) throws(LoopError) {
        let configuration = configuration.settled(formats)
        self.configuration = configuration
        self.ruler = ruler
        prompts = try configuration.prompt.writer(formats)
        let shots = prompts.generationPrefix
        generation = Prefix(text: shots, count: shots.isEmpty ? 0 : ruler.count(shots))
        // The same examples, or none.
        let other = prompts.evaluationPrefix
        evaluation =
            other == shots ? generation : Prefix(text: other, count: other.isEmpty ? 0 : ruler.count(other))
    }

    /// What of the settings leaves no room for any question; nil when there is room.
    public var settingsFault: LoopError? {
        let (new, limit) = (configuration.writing.maxNewTokens, ruler.contextLength)
        let keys = configuration.writingKeys
        guard new < limit else {
            return LoopError(
                .invalidConfiguration,
                "\(keys) is \(Plain.count(new)), the model takes \(Plain.count(limit)) tokens with the "
                    + "prompt; lower it"
            )
        }
        let frame = ruler.count(
            generation.text
                + prompts.format.render(
                    Prompt([Prompt.Message(.user, "")]),
                    after: configuration.prompt.shots
                )
        )
        guard frame + new >= limit else { return nil }
        return LoopError(
            .invalidConfiguration,
            "prompt.shots and prompt.template have \(Plain.count(frame)) tokens, with \(keys) "
                + "\(Plain.count(new)) that leaves no room for a question in the \(Plain.count(limit)) that the model "
                + "takes; shorten the worked examples or lower \(keys)"
        )
    }

    /// Why a question cannot be used in its split; nil when it can.
    ///
    /// - Parameters:
    ///   - question: The question.
    ///   - isGate: Whether the gate asks it: as its split says, or valid questions where there is no gate
    ///     split.
    /// - Returns: `invalid_data` with its place, its tokens, the limit and what to do.
    public func fault(of question: QuestionInput, isGate: Bool? = nil) -> LoopError? {
        switch question.split {
        case .train:
            return generationFault(question, isEvaluation: false) ?? trainingFault(question)
        case .valid:
            if let fault = scoringFault(question) { return fault }
            return isGate == true ? generationFault(question, isEvaluation: true) : nil
        case .gate, .test: return generationFault(question, isEvaluation: true)
        }
    }

    /// The tokens of a question's prompt if no candidate can be written for it; nil if they fit.
    public func excessInGeneration(_ question: QuestionInput) -> Int? {
        excess(question, isEvaluation: false)
    }

    /// The tokens of a question's prompt if it cannot be asked in evaluation; nil if they fit.
    public func excessInEvaluation(_ question: QuestionInput) -> Int? {
        excess(question, isEvaluation: true)
    }

    /// The tokens of a valid question's worked answer with its prompt if they cannot be scored; nil if they
    /// fit.
    public func excessInScoring(_ question: QuestionInput) -> Int? {
        guard let rationale = question.rationale else { return nil }
        let completion = PromptText(content: configuration.prompt.completion(for: rationale))
        let text = prompts.prompt(for: question) + completion
        // The end token comes on top.
        return count(text, above: ruler.scoringLength - 1).map { $0 + 1 }
    }

    private func generationFault(_ question: QuestionInput, isEvaluation: Bool) -> LoopError? {
        guard let count = excess(question, isEvaluation: isEvaluation) else { return nil }
        let prefix = isEvaluation ? evaluation : generation
        let (new, keys) = (configuration.writing.maxNewTokens, configuration.writingKeys)
        // A chat has something before the question without examples, too.
        let hasShots = prefix.count > 0 && !configuration.prompt.shots.isEmpty
        let shots = hasShots ? " (\(Plain.count(prefix.count)) of them worked examples)" : ""
        return .invalidQuestion(
            question.origin,
            "the prompt has \(Plain.count(count)) tokens\(shots), with \(keys) \(Plain.count(new)) that is "
                + "\(Plain.count(count + new)); the model takes \(Plain.count(ruler.contextLength))",
            "shorten the question" + (hasShots ? ", prompt.shots" : "") + " or \(keys)"
        )
    }

    /// One token of an answer and the end token must fit behind the bare prompt.
    private func trainingFault(_ question: QuestionInput) -> LoopError? {
        let limit = min(configuration.finetune.maxTokens, ruler.contextLength)
        let shown = trained(question).map(prompts.prompt)
        guard let count = shown.compactMap({ count($0, above: limit - 2) }).max() else { return nil }
        return .invalidQuestion(
            question.origin,
            "the prompt has \(Plain.count(count)) tokens, finetune.maxTokens is "
                + "\(Plain.count(configuration.finetune.maxTokens)) with the answer and its end, so that no answer to it can "
                + "be trained on",
            "shorten the question or raise finetune.maxTokens"
        )
    }

    private func scoringFault(_ question: QuestionInput) -> LoopError? {
        guard let count = excessInScoring(question) else { return nil }
        return .invalidQuestion(
            question.origin,
            "prompt and rationale have \(Plain.count(count)) tokens with the end; the model takes "
                + Plain.count(ruler.scoringLength),
            "shorten the question or its rationale"
        )
    }

    private func excess(_ question: QuestionInput, isEvaluation: Bool) -> Int? {
        let limit = ruler.contextLength - configuration.writing.maxNewTokens
        let prefix = isEvaluation ? evaluation : generation
        let prompt = isEvaluation ? prompts.evaluationPrompt : prompts.generationPrompt
        return shown(question).compactMap { count(prompt($0), after: prefix, above: limit) }.max()
    }

    /// A question as it is put to the model: one to train on may be asked in several views.
    private func shown(_ question: QuestionInput) -> [QuestionInput] {
        guard question.split == .train else { return [question] }
        return configuration.views(of: configuration.generate.candidates, for: question).map {
            $0.shown(question)
        }
    }

    /// A question as its candidates are trained on.
    private func trained(_ question: QuestionInput) -> [QuestionInput] {
        let count = configuration.views(of: configuration.generate.candidates, for: question).count
        return Set((0..<count).map { configuration.trainedView(of: $0, for: question) }).map {
            $0.shown(question)
        }
    }

    /// The tokens of a text if they are more than a limit.
    private func count(_ text: PromptText, after prefix: Prefix? = nil, above limit: Int) -> Int? {
        let (before, start) = (prefix?.text ?? "", prefix?.count ?? 0)
        // A token is a byte or more; what a tokenizer normalises becomes three times as long at most.
        if start + 3 * text.text.utf8.count + Self.seam <= limit { return nil }
        let own = ruler.count(text)
        if start + own + Self.seam <= limit { return nil }
        let all = before.isEmpty ? own : ruler.count(before + text)
        return all > limit ? all : nil
    }
}
