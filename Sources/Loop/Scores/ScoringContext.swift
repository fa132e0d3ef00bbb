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

    /// Losses of the valid rationales over the configured span, in order of the questions, nats per token.
    ///
    /// - Throws: What the engine throws, `LoopError` `engine_reply` when scores are missing.
    public func validLosses() async throws -> [Double] {
        let samples = try valid.map { try prompts.reference($0) }
        return try await scores(of: samples).map { $0.loss(over: configuration.select.lossSpan) }
    }

    /// Scores of the candidates' texts after their questions; identical texts of a question that saw its
    /// options in one order are scored once.
    ///
    /// - Parameter candidates: In order of (question, index).
    /// - Returns: One score per candidate, nil where its question is not known, and how many texts were
    ///   scored.
    /// - Throws: What the engine throws, `LoopError` `engine_reply` when scores are missing.
    public func textScores(of candidates: [Candidate]) async throws -> (
        scores: [SampleScore?], textCount: Int
    ) {
        var samples: [TextSample] = []
        var places = [Int?](repeating: nil, count: candidates.count)
        for group in candidates.groupedByQuestion {
            guard let question = questions[candidates[group.startIndex].question]?.content else { continue }
            for (order, indices) in configuration.optionGroups(group, of: question) {
                let prompt = prompts.prompt(for: order.shown(question))
                var known: [TextKey: Int] = [:]
                for index in indices {
                    let candidate = candidates[index]
                    let key = TextKey(question: candidate.question, text: candidate.text)
                    if let place = known[key] {
                        places[index] = place
                        continue
                    }
                    known[key] = samples.count
                    places[index] = samples.count
                    samples.append(TextSample(prompt: prompt, completion: candidate.text))
                }
            }
        }
        let scores = try await scores(of: samples)
        return (places.map { $0.map { scores[$0] } }, samples.count)
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

extension SampleScore {
    /// The loss over a span, nats per token.
    func loss(over span: LossSpan) -> Double {
        switch span {
        case .answerOnly: answerLoss
        case .fullSequence: fullLoss
        }
    }
}
