import Synchronization

/// What a scorer can ask.
public struct ScoringContext: Sendable {
    /// The engine, the incumbent's adapter active.
    public let engine: any RoundEngine
    /// The round's settings.
    public let configuration: RoundConfiguration
    /// Writes questions as prompts.
    public let prompts: PromptWriter
    /// Train questions by number.
    public let questions: [QuestionID: Question]
    /// The valid questions that the round began with.
    public let valid: [Question]
    /// Where calls of the engine report how far they are; the text names what they count.
    public let progress: @Sendable (String) -> @Sendable (EngineProgress) -> Void
    /// Scores of texts that a scorer has asked for.
    private let known = KnownScores()

    init(
        engine: any RoundEngine,
        configuration: RoundConfiguration,
        prompts: PromptWriter,
        questions: [QuestionID: Question],
        valid: [Question],
        progress: @escaping @Sendable (String) -> @Sendable (EngineProgress) -> Void
    ) {
        self.engine = engine
        self.configuration = configuration
        self.prompts = prompts
        self.questions = questions
        self.valid = valid
        self.progress = progress
    }

    /// Losses of the valid rationales over the configured span, in order of the questions, nats per token.
    ///
    /// - Throws: What the engine throws, `LoopError` `engine_reply` when scores are missing.
    public func validLosses() async throws -> [Double] {
        let samples = try valid.map { try prompts.reference($0) }
        return try await scores(of: samples).map { $0.loss(over: configuration.select.lossSpan) }
    }

    /// Scores of the candidates' texts after their questions; identical texts of a question are scored once,
    /// by whichever scorer asks first.
    ///
    /// - Parameter candidates: In order of (question, index).
    /// - Returns: One score per candidate, nil where its question is not known, and how many texts were
    ///   scored.
    /// - Throws: What the engine throws, `LoopError` `engine_reply` when scores are missing.
    public func textScores(of candidates: [Candidate]) async throws -> (
        scores: [SampleScore?], textCount: Int
    ) {
        var samples: [TextSample] = []
        var keys: [TextKey] = []
        var places = [TextKey?](repeating: nil, count: candidates.count)
        for group in candidates.groupedByQuestion {
            guard let question = questions[candidates[group.startIndex].question]?.content else { continue }
            let prompt = prompts.prompt(for: question)
            var seen: Set<TextKey> = []
            for index in group.indices {
                let candidate = candidates[index]
                let key = TextKey(question: candidate.question, text: candidate.text)
                places[index] = key
                guard seen.insert(key).inserted, known[key] == nil else { continue }
                keys.append(key)
                samples.append(TextSample(prompt: prompt, completion: candidate.text))
            }
        }
        known.add(zip(keys, try await scores(of: samples)))
        return (places.map { $0.flatMap { known[$0] } }, samples.count)
    }

    private func scores(of samples: [TextSample]) async throws -> [SampleScore] {
        guard !samples.isEmpty else { return [] }
        let scores = try await engine.score(samples, progress: progress("sequences"))
        guard scores.count == samples.count else {
            throw LoopError(
                .engineReply,
                "the engine scored \(scores.count) of \(samples.count) texts; report this as a defect of the engine"
            )
        }
        return scores
    }
}

/// Scores by text, for as long as one phase lasts.
private final class KnownScores: Sendable {
    private let scores = Mutex<[TextKey: SampleScore]>([:])

    subscript(key: TextKey) -> SampleScore? { scores.withLock { $0[key] } }

    func add(_ more: some Sequence<(TextKey, SampleScore)>) {
        scores.withLock { scores in
            for (key, score) in more { scores[key] = score }
        }
    }
}

extension SampleScore {
    /// The loss over a span, nats per token.
    func loss(over span: LossSpan) -> Double {
        switch span {
        case .answerOnly: answerLoss
        case .fullSequence: fullLoss
        }
    }
}
