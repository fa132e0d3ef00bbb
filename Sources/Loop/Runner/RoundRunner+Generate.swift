extension RoundRunner {
    /// Samples the pending waves, committing each whole.
    func generate(_ round: inout RoundRecord) async throws {
        let (configuration, id) = (round.configuration, round.id)
        let waves = try await store.waves(of: id)
        let pending = waves.filter { !$0.isDone }
        if !pending.isEmpty {
            try await engine.activate(try await store.adapter(of: round.parent))
        }
        let questions = try await trainQuestions()
        let perQuestion = configuration.generate.candidates
        let totalCount = waves.reduce(0) { $0 + $1.questions.count } * perQuestion
        var doneCount = waves.filter(\.isDone).reduce(0) { $0 + $1.questions.count } * perQuestion

        for wave in pending {
            try Task.checkCancellation()
            let start = clock()
            let requests = wave.questions.compactMap { questions[$0] }.map { question in
                GenerationRequest(
                    question: question.id,
                    prompt: configuration.prompt.prompt(for: question.content),
                    count: perQuestion
                )
            }
            let texts = try await engine.generate(
                requests,
                prefix: configuration.prompt.generationPrefix,
                settings: configuration.generate,
                key: key(of: round),
                progress: progress(
                    of: round,
                    unit: "candidates",
                    doneBefore: doneCount,
                    totalCount: totalCount
                )
            )
            let seconds = clock() - start
            let candidates = texts.map { Candidate($0, round: id) }
            try await store.commitWave(wave, of: id, candidates: candidates, seconds: seconds)
            // The store has added them to its row; this copy must not fall behind.
            round.report.secondsPerPhase[Phase.generate.rawValue, default: 0] += seconds
            doneCount += wave.questions.count * perQuestion
        }

        let start = clock()
        let candidates = try await store.candidates(of: id)
        let tokenCount = candidates.reduce(0) { $0 + $1.tokenCount }
        round.report.generatedCount = candidates.count
        round.report.generatedTokenCount = tokenCount
        round.report.meanTokenCount = candidates.isEmpty ? nil : Double(tokenCount) / Double(candidates.count)
        round.report.duplicateShare = VoteHistogram.duplicateShare(
            candidates.groupedByQuestion.map { group in group.map(\.text) }
        )
        let line = "\(Plain.count(candidates.count)) candidates, \(Plain.count(tokenCount)) tokens"
        try await finish(&round, since: start, line: line)
    }
}

extension Candidate {
    /// A candidate from what the engine wrote, its text exactly as it is.
    package init(_ text: GeneratedText, round: RoundID) {
        self.init(
            round: round,
            question: text.question,
            index: text.index,
            text: text.text,
            tokenCount: text.tokenCount,
            meanLogProbability: text.meanLogProbability,
            finish: text.finish
        )
    }
}

extension [Candidate] {
    /// Runs of neighbours with the same question.
    var groupedByQuestion: [ArraySlice<Candidate>] {
        var groups: [ArraySlice<Candidate>] = []
        var start = startIndex
        for index in indices where index + 1 == endIndex || self[index + 1].question != self[index].question {
            groups.append(self[start...index])
            start = index + 1
        }
        return groups
    }
}
