extension RoundRunner {
    /// Reads every candidate's answer and takes the vote of each question.
    func vote(_ round: inout RoundRecord) async throws {
        let start = clock()
        let configuration = round.configuration
        let questions = try await trainQuestions()
        var candidates = try await store.candidates(of: round.id)
        let vote = MajorityVote(settings: configuration.vote)
        var tallies: [VoteTally] = []
        var references: [(winner: String?, reference: Answer)] = []

        for group in candidates.groupedByQuestion {
            guard let question = questions[candidates[group.startIndex].question]?.content else { continue }
            let extractor = AnswerExtractor(configuration: configuration, question: question)
            for index in group.indices { candidates[index].read(with: extractor) }
            let tally = vote.tally(candidates[group.indices].map(\.answer))
            tallies.append(tally)
            for index in group.indices {
                candidates[index].consistency = tally.consistency
                if candidates[index].verdict == nil,
                    let reason = vote.dropReason(for: candidates[index].answer, in: tally)
                {
                    candidates[index].settle(.dropped, reason)
                }
            }
            if let reference = question.answer.flatMap(extractor.reference) {
                references.append((tally.winner, reference))
            }
        }

        let parsedCount = candidates.count { $0.answer != nil }
        let consistentCount = candidates.count { $0.verdict == nil }
        round.report.parsedCount = parsedCount
        round.report.consistentCount = consistentCount
        round.report.truncatedCount = candidates.count { $0.reason == .truncated }
        round.report.fill(with: tallies)
        if !references.isEmpty {
            let rightCount = references.count { $0.winner == $0.reference.canonical }
            round.report.voteAccuracy = Double(rightCount) / Double(references.count)
        }
        round.report.candidateAccuracy = ReferenceReport.candidateAccuracy(
            candidates,
            questions: questions,
            configuration: configuration
        )
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
        try await finish(&round, since: start, candidates: candidates, line: line, events: events)
    }
}

extension Candidate {
    /// Reads the answer; one cut before its answer cue gives none and does not vote.
    package mutating func read(with extractor: AnswerExtractor) {
        answer = nil
        (verdict, reason) = (nil, nil)
        if finish == .length, !extractor.reachesAnswer(in: text) {
            settle(.dropped, .truncated)
        } else {
            answer = extractor.answer(in: text)?.canonical
        }
    }
}

extension RoundReport {
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
