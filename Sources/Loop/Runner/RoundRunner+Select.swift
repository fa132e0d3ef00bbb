extension RoundRunner {
    /// Settles every candidate by the configured policy; ends the round when nothing is left.
    func select(_ round: inout RoundRecord) async throws {
        let start = clock()
        let configuration = round.configuration
        let questions = try await trainQuestions(of: round)
        let chain = SelectionChain(configuration, known: catalog.filters)
        let before =
            chain.needsTexts
            ? try await store.candidates(of: round.id)
            : try await store.candidates(of: round.id, .withoutTexts)
        let isRight = try ReferenceReport.judge(questions: questions, configuration: configuration, catalog)
        var pool = SelectionPool(
            before,
            meanValidLoss: round.report.meanValidLoss,
            isRight: isRight,
            view: { configuration.viewNumber(of: $0, for: questions[$0.question]?.content) },
            voteKeys: try voteKeys(configuration, questions),
            seenViews: { candidates in
                let question = candidates.first.flatMap { questions[$0.question]?.content }
                return configuration.seenViews(of: candidates, for: question)
            }
        )
        try chain.apply(to: &pool)
        let (candidates, summary) = (try await weighed(pool.settled(), in: round), pool.summary)

        let kept = candidates.filter { $0.verdict == .kept }
        round.report.cutDSWeight = summary.cutDSWeight
        round.report.lowSideDropCount = summary.lowSideDropCount
        round.report.highSideDropCount = summary.highSideDropCount
        round.report.selectedCount = kept.count
        round.report.selectedAccuracy = ReferenceReport.selectedAccuracy(kept, isRight: isRight)
        round.report.dsBins = ReferenceReport.bins(candidates, isRight: isRight)
        // A round that 0.1.0 began ends with the report that it would have written.
        if configuration.vote.reading > VoteSettings.Reading.first {
            Separation.measure(candidates, isRight: isRight, into: &round.report.views)
        }
        round.report.select.countDrops(candidates)
        round.report.filterCuts = summary.cuts.isEmpty ? nil : summary.cuts

        let cut = summary.cutDSWeight.map { ", largest DS weight \(Plain.decimal($0, places: 3))" } ?? ""
        let line =
            "\(Plain.count(kept.count)) of \(Plain.count(candidates.count)) candidates kept by "
            + "\(configuration.select.title)\(cut)"
        var events: [RoundEvent] = []
        if kept.isEmpty {
            events.append(endWithoutData(&round, because: "no candidate was left to train on"))
        }
        let changed = zip(candidates, before).filter { $0 != $1 }.map(\.0)
        try await finish(&round, since: start, line: line, candidates: changed, events: events)
    }

    /// What candidates of a question voted for, as phase `vote` counts it.
    private func voteKeys(
        _ configuration: RoundConfiguration,
        _ questions: [QuestionID: Question]
    ) throws -> @Sendable (ArraySlice<Candidate>) -> [String?] {
        let kind = try catalog.answerKinds.named(configuration.vote.answerKind)
        return { candidates in
            let answers = candidates.map(\.answer)
            guard let question = candidates.first.flatMap({ questions[$0.question] })?.content else {
                return answers
            }
            return kind.init(question, configuration.answer).voteKeys(answers)
        }
    }

    /// Marks the round as ended without data; the caller's `finish` records it.
    func endWithoutData(_ round: inout RoundRecord, because reason: String) -> RoundEvent {
        round.outcome = .noData
        let message = "round ends without data: \(reason); checkpoint \(round.parent) stays current"
        return RoundEvent(.roundEnded, round: round.id, phase: round.phase, message: message)
    }
}

extension SelectReport {
    /// Counts dropped candidates per reason.
    mutating func countDrops(_ candidates: [Candidate]) {
        dropCounts = candidates.reduce(into: [:]) { counts, candidate in
            guard candidate.verdict == .dropped, let reason = candidate.reason else { return }
            counts[reason.rawValue, default: 0] += 1
        }
    }
}
