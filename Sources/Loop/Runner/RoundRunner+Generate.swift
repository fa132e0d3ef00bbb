extension RoundRunner {
    /// Samples the pending waves, committing each whole.
    func generate(_ round: inout RoundRecord) async throws {
        let id = round.id
        if let lever = round.configuration.gate.levers.first {
            round.report.lever = lever.rawValue
            round.report.leverSetting = lever.sentence(in: round.configuration)
        }
        let begin = clock()
        round.report.headroom = try await headroom(of: round)
        if let fault = headroomFault(round) {
            round.outcome = .noData
            let event = RoundEvent(
                .roundEnded,
                round: id,
                phase: .generate,
                message: "round ends without training, checkpoint \(round.parent) stays current: \(fault)"
            )
            return try await finish(&round, since: begin, line: "no headroom", events: [event])
        }
        if round.report.headroom != nil {
            round.report.secondsPerPhase[Phase.generate.rawValue, default: 0] += clock() - begin
        }
        let waves = try await store.waves(of: id)
        let pending = waves.filter { !$0.isDone }
        if !pending.isEmpty {
            try await engine.activate(try await store.adapter(of: round.parent))
        }
        var questions = try await trainQuestions(of: round)
        // None, unless an older version has drawn the round's questions: `begin` leaves them out.
        let drawn = waves.flatMap(\.questions).compactMap { questions[$0] }
        let tooLong = LongQuestions(drawn, try lengths(of: round.configuration)?.excessInGeneration)
        let perQuestion = round.configuration.generate.candidates
        let totalCount = waves.reduce(0) { $0 + $1.questions.count } * perQuestion
        var doneCount = waves.filter(\.isDone).reduce(0) { $0 + $1.questions.count } * perQuestion
        var written = WrittenTexts()
        let rules = pending.isEmpty ? nil : try await paraphraseRules(of: round)
        if pending.count < waves.count { written.add(try await store.candidates(of: id)) }

        for wave in pending {
            try Task.checkCancellation()
            let start = clock()
            if let rules { try await paraphrase(wave, of: round, by: rules, questions: &questions) }
            let candidates = try await candidates(
                of: wave,
                round: round,
                questions: questions,
                tooLong: tooLong,
                progress: progress(
                    of: round,
                    unit: "candidates",
                    doneBefore: doneCount,
                    totalCount: totalCount
                )
            )
            let seconds = clock() - start
            try await store.commitWave(wave, of: id, candidates: candidates, seconds: seconds)
            // The store has added them to its row; this copy must not fall behind.
            round.report.secondsPerPhase[Phase.generate.rawValue, default: 0] += seconds
            doneCount += wave.questions.count * perQuestion
            written.add(candidates)
        }

        let start = clock()
        let (count, tokenCount) = (written.count, written.tokenCount)
        round.report.generatedCount = count
        round.report.paraphrases = try await paraphraseReport(of: round)
        round.report.generatedTokenCount = tokenCount + (round.report.paraphrases?.tokenCount ?? 0)
        round.report.meanTokenCount = count == 0 ? nil : Double(tokenCount) / Double(count)
        round.report.duplicateShare = written.duplicateShare
        var line = "\(Plain.count(count)) candidates, \(Plain.count(tokenCount)) tokens"
        if let paraphrases = round.report.paraphrases { line += "; \(paraphrases.sentence)" }
        if let headroom = round.report.headroom { line += "; headroom \(headroom.sentence)" }
        var events: [RoundEvent] = []
        if !tooLong.isEmpty {
            line += ", empty ones for \(Plain.count(tooLong.counts.count)) questions that are too long"
            let message = "no candidates could be written: \(tooLong.sentence)"
            events = [RoundEvent(.warning, round: id, phase: .generate, message: message)]
        }
        try await finish(&round, since: start, line: line, events: events)
    }

    /// One wave's candidates from the engine; empty ones for questions that are too long.
    private func candidates(
        of wave: Wave,
        round: RoundRecord,
        questions: [QuestionID: Question],
        tooLong: LongQuestions,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [Candidate] {
        let prompts = try prompts(of: round)
        let settings = round.configuration.writing
        let perQuestion = settings.candidates
        let asked = wave.questions.filter { tooLong.counts[$0] == nil }
        let requests = try asked.flatMap { id in
            guard let question = questions[id]?.content else {
                throw LoopError(
                    .invalidData,
                    "wave \(wave.index) names question \(id), which is not a train question; restore the journal"
                )
            }
            return prompts.requests(for: id, question, count: perQuestion, round.configuration)
        }
        let written = try await engine.generate(
            requests,
            prefix: prompts.generationPrefix,
            settings: settings,
            key: key(of: round),
            progress: progress
        )
        var texts = prompts.whole(written)
        guard texts.count == asked.count * perQuestion else {
            throw LoopError(
                .engineReply,
                "the engine wrote \(texts.count) of \(asked.count * perQuestion) candidates; report this as a "
                    + "defect of the engine"
            )
        }
        if round.configuration.asksInViews { texts = try texts.inCandidateOrder(count: perQuestion) }
        let all =
            asked.count < wave.questions.count ? texts.filling(wave.questions, count: perQuestion) : texts
        return all.map { Candidate($0, round: round.id) }
    }
}

/// What the report says of a round's texts, counted wave by wave so that they need not be read again.
private struct WrittenTexts {
    var count = 0
    var tokenCount = 0
    private var distinctCount = 0

    /// Share of texts that repeat an earlier text of the same question; 0 for none.
    var duplicateShare: Double { VoteHistogram.duplicateShare(of: count, distinctCount: distinctCount) }

    /// Counts the candidates of whole questions.
    mutating func add(_ candidates: [Candidate]) {
        count += candidates.count
        tokenCount += candidates.reduce(0) { $0 + $1.tokenCount }
        for group in candidates.groupedByQuestion {
            distinctCount += VoteHistogram.distinctCount(group.map(\.text))
        }
    }
}

extension Candidate {
    /// A candidate from what the engine wrote, its text exactly as it is.
    package init(_ text: GeneratedText, round: RoundID) {
        self.init(
            round: round,
            question: text.question,
            index: text.index,
            // SQLite would end the text there.
            text: text.text.replacing("\0", with: "\u{FFFD}"),
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
