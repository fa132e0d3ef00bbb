extension ScoringContext {
    /// Losses of the model's own right answers to the valid questions, over the configured span, nats per
    /// token (`select.dsReference` own).
    ///
    /// Each question is asked as a round's candidates are; its first right answer counts. Worked answers that
    /// the model has been trained towards, or that are in another style than its own, are a poor ruler for
    /// what it writes.
    ///
    /// - Returns: One loss per valid question that has a right answer, in their order.
    /// - Throws: What the engine throws, `LoopError` `engine_reply` when texts or scores are missing.
    func ownAnswerLosses() async throws -> [Double] {
        let asked = valid.filter { question in
            guard let ruler = engine.ruler else { return true }
            let prompt = prompts.generationPrefix + prompts.generationPrompt(for: question.content)
            return ruler.count(prompt) + configuration.writing.maxNewTokens <= ruler.contextLength
        }
        guard !asked.isEmpty else { return [] }
        let count = configuration.generate.candidates
        let written = try await engine.generate(
            asked.map {
                GenerationRequest(
                    question: $0.id,
                    prompt: prompts.generationPrompt(for: $0.content),
                    count: count
                )
            },
            prefix: prompts.generationPrefix,
            settings: configuration.writing,
            key: key.stream(.ownAnswers),
            progress: progress("answers")
        )
        let texts = prompts.whole(written)
        guard texts.count == asked.count * count else {
            throw LoopError(
                .engineReply,
                "the engine wrote \(texts.count) of \(asked.count * count) answers; report this as a defect of the engine"
            )
        }
        var extractor = try AnswerExtractor(configuration: configuration)
        let samples = asked.enumerated().compactMap { place, question -> TextSample? in
            extractor.take(question.content)
            guard let reference = question.content.answer.flatMap(extractor.reference) else { return nil }
            let right = texts[place * count..<(place + 1) * count].first { text in
                let reading = extractor.reading(of: text.text, isCut: text.finish == .length)
                return reading.answer.map { extractor.kind.isRight($0, reference) } ?? false
            }
            return right.map {
                TextSample(prompt: prompts.prompt(for: question.content), completion: $0.text)
            }
        }
        return try await scores(of: samples).map { $0.loss(over: configuration.select.lossSpan) }
    }
}
