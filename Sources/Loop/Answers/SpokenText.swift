extension PromptSettings {
    /// Whether candidates may hold thinking, which is trained on but read for no answer.
    var mayThink: Bool { format == .chat }
}

extension String {
    /// What follows the thinking in tags; the whole text without any, nil when the thinking does not end.
    var spoken: Substring? { self[...].afterThinking }
}

extension AnswerReading {
    /// None, because the text ends within its thinking.
    static let unspoken = AnswerReading.none("its thinking does not end: there is no </think>, so no answer")
}

extension AnswerJudge {
    /// A judge that is shown what follows the thinking, and is not asked where nothing does.
    ///
    /// - Parameter settings: How candidates were asked for.
    /// - Returns: The judge; itself where candidates do not think.
    public func reading(spokenBy settings: PromptSettings) -> any AnswerJudge {
        settings.mayThink ? SpokenJudge(judge: self) : self
    }
}

/// Judges what models say, not what they think.
private struct SpokenJudge: AnswerJudge {
    let judge: any AnswerJudge

    func readings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
        let spoken = texts.map { $0.spoken.map(String.init) }
        let told = spoken.compactMap { $0 }
        var readings = told.isEmpty ? [] : try await judge.readings(of: told, question: question)
        // A reply of another length is for the caller to refuse.
        guard readings.count == told.count else { return readings }
        return spoken.map { $0 == nil ? .unspoken : readings.removeFirst() }
    }
}
