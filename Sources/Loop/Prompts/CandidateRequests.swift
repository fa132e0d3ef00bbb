extension PromptWriter {
    /// What an engine is asked for a question's candidates: all at once, or those of each view of the
    /// question by themselves.
    func requests(
        for id: QuestionID,
        _ question: QuestionInput,
        count: Int,
        _ configuration: RoundConfiguration
    ) -> [GenerationRequest] {
        let step = configuration.viewCount(of: question)
        guard step > 1 else {
            return [GenerationRequest(question: id, prompt: generationPrompt(for: question), count: count)]
        }
        return configuration.views(of: count, for: question).enumerated().map { first, view in
            GenerationRequest(
                question: id,
                prompt: generationPrompt(for: view.shown(question)),
                count: (count - first + step - 1) / step,
                firstIndex: first,
                indexStep: step
            )
        }
    }
}

extension [GeneratedText] {
    /// The texts with each question's in order of index; questions stay in their order.
    ///
    /// - Parameter count: How many each question must have.
    /// - Returns: The texts.
    /// - Throws: `LoopError` `engine_reply` when an index is missing or there twice.
    func inCandidateOrder(count: Int) throws(LoopError) -> [GeneratedText] {
        var ordered: [GeneratedText] = []
        var start = startIndex
        while start < endIndex {
            let end = self[start...].firstIndex { $0.question != self[start].question } ?? endIndex
            let own = self[start..<end].sorted { $0.index < $1.index }
            guard own.map(\.index) == Array<Int>(0..<count) else {
                throw LoopError(
                    .engineReply,
                    "the engine numbered the \(count) candidates of question \(self[start].question) "
                        + "\(own.map { String($0.index) }.joined(separator: " ")); report this as a defect of the engine"
                )
            }
            ordered += own
            start = end
        }
        return ordered
    }
}
