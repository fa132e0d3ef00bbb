extension RoundRunner {
    /// Settles every candidate by the configured policy; ends the round when nothing is left.
    func select(_ round: inout RoundRecord) async throws {
        let start = clock()
        let configuration = round.configuration
        let questions = try await trainQuestions()
        let before =
            configuration.vote.dedupe
            ? try await store.candidates(of: round.id)
            : try await store.candidates(of: round.id, .withoutTexts)
        var candidates = before
        if configuration.vote.dedupe { candidates.dropRepeatedTexts(policy: configuration.select.policy) }
        let isRight = ReferenceReport.judge(questions: questions, configuration: configuration)
        let context = SelectionContext(
            settings: configuration.select,
            meanValidLoss: round.report.meanValidLoss,
            isRight: isRight
        )
        let selection = try configuration.select.policy.policy.select(candidates, context: context)
        for (index, decision) in zip(candidates.indices, selection.decisions) {
            candidates[index].settle(decision.verdict, decision.reason)
            candidates[index].weight = decision.weight
        }

        let kept = candidates.filter { $0.verdict == .kept }
        round.report.cutDSWeight = selection.cutDSWeight
        round.report.lowSideDropCount = selection.lowSideDropCount
        round.report.highSideDropCount = selection.highSideDropCount
        round.report.selectedCount = kept.count
        round.report.selectedAccuracy = ReferenceReport.selectedAccuracy(kept, isRight: isRight)
        round.report.dsBins = ReferenceReport.bins(candidates, isRight: isRight)
        round.report.countDrops(candidates)

        let cut = selection.cutDSWeight.map { ", largest DS weight \(Plain.decimal($0, places: 3))" } ?? ""
        let line =
            "\(Plain.count(kept.count)) of \(Plain.count(candidates.count)) candidates kept by "
            + "\(configuration.select.policy.rawValue)\(cut)"
        var events: [RoundEvent] = []
        if kept.isEmpty {
            events.append(endWithoutData(&round, because: "no candidate was left to train on"))
        }
        let changed = zip(candidates, before).filter { $0 != $1 }.map(\.0)
        try await finish(&round, since: start, candidates: changed, line: line, events: events)
    }

    /// Marks the round as ended without data; the caller's `finish` records it.
    func endWithoutData(_ round: inout RoundRecord, because reason: String) -> RoundEvent {
        round.outcome = .noData
        let message = "round ends without data: \(reason); checkpoint \(round.parent) stays current"
        return RoundEvent(.roundEnded, round: round.id, phase: round.phase, message: message)
    }
}

extension [Candidate] {
    /// Drops all but the first of a question's candidates with the same text, among those the policy considers.
    mutating func dropRepeatedTexts(policy: SelectionPolicyID) {
        var seen: Set<TextKey> = []
        let ignoresVote = policy == .none || policy == .oracle
        for index in indices {
            let reason = ignoresVote ? self[index].unusableReason : self[index].dropReason
            guard reason == nil else { continue }
            let key = TextKey(question: self[index].question, text: self[index].text)
            if !seen.insert(key).inserted { self[index].settle(.dropped, .duplicate) }
        }
    }
}

extension RoundReport {
    /// Counts dropped candidates per reason.
    mutating func countDrops(_ candidates: [Candidate]) {
        dropCounts = candidates.reduce(into: [:]) { counts, candidate in
            guard candidate.verdict == .dropped, let reason = candidate.reason else { return }
            counts[reason.rawValue, default: 0] += 1
        }
    }
}
