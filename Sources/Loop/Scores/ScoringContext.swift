import Synchronization

/// What a scorer can ask.
public struct ScoringContext: Sendable {
    /// The engine, the incumbent's adapter active.
    public let engine: any RoundEngine
    /// The incumbent's adapter, which `onBase` activates again; nil is the base model.
    public let adapter: AdapterLocation?
    /// The key of the round's randomness; a scorer that samples takes a stream of its own.
    public let key: RandomKey
    /// The round's settings.
    public let configuration: RoundConfiguration
    /// Writes questions as prompts.
    public let prompts: PromptWriter
    /// Train questions by number.
    public let questions: [QuestionID: Question]
    /// The valid questions that the round began with.
    public let valid: [Question]
    /// The program that gives rewards; nil where none can be run.
    public let rewardJudge: (any AnswerJudge)?
    /// Where calls of the engine report how far they are; the text names what they count.
    public let progress: @Sendable (String) -> @Sendable (EngineProgress) -> Void
    /// Scores of texts that a scorer has asked for.
    private let known = KnownScores()

    init(
        engine: any RoundEngine,
        adapter: AdapterLocation?,
        key: RandomKey,
        configuration: RoundConfiguration,
        prompts: PromptWriter,
        questions: [QuestionID: Question],
        valid: [Question],
        rewardJudge: (any AnswerJudge)? = nil,
        progress: @escaping @Sendable (String) -> @Sendable (EngineProgress) -> Void
    ) {
        self.engine = engine
        self.adapter = adapter
        self.key = key
        self.configuration = configuration
        self.prompts = prompts
        self.questions = questions
        self.valid = valid
        self.rewardJudge = rewardJudge
        self.progress = progress
    }

    /// Losses of the valid rationales over the configured span, in order of the questions, nats per token.
    ///
    /// - Throws: What the engine throws, `LoopError` `engine_reply` when scores are missing.
    public func validLosses() async throws -> [Double] {
        let samples = try valid.map { try prompts.reference($0) }
        return try await scores(of: samples).map { $0.loss(over: configuration.select.lossSpan) }
    }

    /// Scores of the candidates' texts after their questions; identical texts of a question under
    /// one view of it are scored once, by whichever scorer asks first.
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
            for (view, indices) in configuration.trainedGroups(group, of: question) {
                let prompt = prompts.prompt(for: view.shown(question))
                var seen: Set<TextKey> = []
                for index in indices {
                    let candidate = candidates[index]
                    let key = TextKey(
                        question: candidate.question,
                        text: candidate.text,
                        view: view.number
                    )
                    places[index] = key
                    guard seen.insert(key).inserted, known[key] == nil else { continue }
                    keys.append(key)
                    samples.append(TextSample(prompt: prompt, completion: candidate.text))
                }
            }
        }
        known.add(zip(keys, try await scores(of: samples)))
        return (places.map { $0.flatMap { known[$0] } }, samples.count)
    }

    /// Scores of the candidates' texts after the header of an answer alone; identical texts are scored once.
    ///
    /// - Parameter candidates: In any order.
    /// - Returns: One score per candidate, and how many texts were scored.
    /// - Throws: What the engine throws, `LoopError` `engine_reply` when scores are missing.
    public func headerScores(of candidates: [Candidate]) async throws -> (
        scores: [SampleScore], textCount: Int
    ) {
        var samples: [TextSample] = []
        var known: [TextKey: Int] = [:]
        let header = prompts.answerHeader
        let places = candidates.map { candidate in
            // The question is left out: the header is the same for all.
            let key = TextKey(question: QuestionID(rawValue: 0), text: candidate.text)
            if let place = known[key] { return place }
            known[key] = samples.count
            samples.append(TextSample(prompt: header, completion: candidate.text))
            return samples.count - 1
        }
        let scores = try await scores(of: samples)
        return (places.map { scores[$0] }, samples.count)
    }

    /// Runs a body with the base model active, and activates the incumbent's adapter again.
    ///
    /// The body's context remembers scores of its own: those of one model are not those of the other.
    ///
    /// - Parameter body: Asks the context that it is given.
    /// - Returns: What the body returns.
    /// - Throws: What the engine or the body throws.
    func onBase<Value>(_ body: (ScoringContext) async throws -> Value) async throws -> Value {
        try await engine.activate(nil)
        let base = ScoringContext(
            engine: engine,
            adapter: nil,
            key: key,
            configuration: configuration,
            prompts: prompts,
            questions: questions,
            valid: valid,
            rewardJudge: rewardJudge,
            progress: progress
        )
        let value = try await body(base)
        try await engine.activate(adapter)
        return value
    }

    func scores(of samples: [TextSample]) async throws -> [SampleScore] {
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

extension Candidate {
    /// Whether the scorers before have found it worth measuring.
    var isScorable: Bool { reason != .emptySpan && reason != .lossDegenerate }
}
