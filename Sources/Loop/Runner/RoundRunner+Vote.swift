extension RoundRunner {
    /// Reads every candidate's answer and takes the vote of each question.
    func vote(_ round: inout RoundRecord) async throws {
        let start = clock()
        let configuration = round.configuration
        let id = round.id
        let questions = try await trainQuestions(of: round)
        var votes = try RoundVotes(
            configuration: configuration,
            questions: questions,
            kinds: catalog.answerKinds
        )
        let judge = try catalog.judge(configuration)
        let groups = try HiddenStateGroups(
            engine,
            configuration,
            prompts: prompts(of: round),
            kinds: catalog.answerKinds
        )
        if groups != nil { try await engine.activate(try await store.adapter(of: round.parent)) }
        var page = try await store.candidates(of: id, after: nil)
        while let last = page.last?.question {
            // The store reads the next page while the answers of this one are read.
            async let next = store.candidates(of: id, after: last)
            votes.take(
                page,
                readings: try await judge?.readings(of: page, questions: questions),
                groups: try await groups?.places(of: page, questions: questions)
            )
            page = try await next
        }

        let candidates = votes.candidates
        let parsedCount = candidates.count { $0.answer != nil }
        let consistentCount = candidates.count { $0.verdict == nil }
        round.report.parsedCount = parsedCount
        round.report.consistentCount = consistentCount
        round.report.truncatedCount = candidates.count { $0.reason == .truncated }
        round.report.vote.fill(with: votes.tallies)
        round.report.voteAccuracy = votes.accuracy
        round.report.candidateAccuracy = votes.candidateAccuracy.shares
        round.report.classShares = votes.classReport?.shares
        round.report.classEntropy = votes.classReport?.entropy
        round.report.flipRate = votes.optionReport?.flipRate
        round.report.letterShares = votes.optionReport?.letterShares
        votes.viewReport?.fill(&round.report.views)
        round.report.levelVotes = votes.levelReport
        round.report.frontierLevel = configuration.curriculum.enabled ? votes.levelReport?.last?.level : nil
        let line =
            "\(Plain.count(parsedCount)) of \(Plain.count(candidates.count)) candidates parsed, "
            + "\(Plain.count(consistentCount)) consistent, \(Plain.count(round.report.tieCount ?? 0)) ties"
        var events: [RoundEvent] = []
        let failures = CollapseCheck(settings: configuration.collapse).failures(round.report)
        if !failures.isEmpty {
            round.report.collapse = failures
            round.outcome = .rejected
            let message = "round rejected as a collapse, checkpoint \(round.parent) stays current: "
            events = [EventKind.collapsed, .roundRejected].map { kind in
                RoundEvent(
                    kind,
                    round: round.id,
                    phase: .vote,
                    message: message + failures.joined(separator: "; ")
                )
            }
        }
        try await finish(&round, since: start, line: line, candidates: candidates, events: events)
    }
}

extension AnswerJudge {
    /// Judges whole questions, one after the other.
    ///
    /// - Returns: One reading per candidate, in order.
    func readings(of page: [Candidate], questions: [QuestionID: Question]) async throws -> [AnswerReading] {
        var readings: [AnswerReading] = []
        for group in page.groupedByQuestion {
            guard let question = questions[page[group.startIndex].question]?.content else {
                readings += group.map { _ in .none("its question is not known") }
                continue
            }
            readings += try await checkedReadings(of: group.map(\.text), question: question)
        }
        return readings
    }

    /// Judges one text.
    func reading(of text: String, question: QuestionInput) async throws -> AnswerReading {
        try await checkedReadings(of: [text], question: question)[0]
    }

    /// Judges texts of one question, and holds the judge to one reading each.
    func checkedReadings(of texts: [String], question: QuestionInput) async throws -> [AnswerReading] {
        let readings = try await readings(of: texts, question: question)
        guard readings.count == texts.count else {
            throw LoopError(
                .engineReply,
                "the judge read \(readings.count) of \(texts.count) texts; report this as a defect of the judge"
            )
        }
        return readings
    }
}

extension Candidate {
    /// Takes what a judge outside has read.
    package mutating func take(_ reading: AnswerReading) {
        (verdict, reason) = (nil, nil)
        answer = reading.answer?.canonical
        if let reason = reading.judgeReason { settle(.dropped, reason) }
    }

    /// Takes the group that its answer is in.
    mutating func take(_ place: HiddenStateGroups.Place) {
        answer = place.answer
        scores[.similarity] = place.similarity
    }

    /// Reads the answer; one that the token limit cut off before its answer was whole gives none and does not
    /// vote.
    package mutating func read(with extractor: AnswerExtractor) {
        answer = nil
        (verdict, reason) = (nil, nil)
        let isCut = finish == .length
        if isCut, !extractor.reachesAnswer(in: text) {
            settle(.dropped, .truncated)
        } else if isCut {
            let reading = extractor.reading(of: text, isCut: true)
            answer = reading.answer?.canonical
            if reading == .cutOff { settle(.dropped, .truncated) }
        } else {
            answer = extractor.answer(in: text)?.canonical
        }
    }
}

extension VoteReport {
    /// Fills in what the votes say together; nothing for no questions.
    mutating func fill(with tallies: [VoteTally]) {
        guard !tallies.isEmpty else { return }
        let count = Double(tallies.count)
        tieCount = tallies.count(where: \.isTied)
        meanEntropy = tallies.reduce(0) { $0 + $1.normalisedEntropy } / count
        meanDistinctAnswers = Double(tallies.reduce(0) { $0 + $1.distinctCount }) / count
        consistencyHistogram = VoteHistogram.bins(tallies.compactMap(\.consistency))
    }
}
