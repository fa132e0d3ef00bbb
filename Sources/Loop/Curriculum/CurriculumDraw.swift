/// The train questions of a round at the frontier: most of its level, some of solved ones.
struct CurriculumDraw {
    /// Which levels are open.
    let frontier: Frontier
    /// The round's questions, in order of number.
    let questions: [QuestionID]
    /// How many of them are of solved levels.
    let replayCount: Int

    /// Draws them.
    ///
    /// Questions without a level are drawn together with the frontier's. Where one of the two kinds has too
    /// few questions, the other fills the round up.
    ///
    /// - Parameters:
    ///   - train: The train questions that a round may have, in order of number.
    ///   - frontier: Which levels are open.
    ///   - configuration: How many questions a round has, and the share of replay.
    ///   - seed: The round's seed.
    init(_ train: [Question], at frontier: Frontier, configuration: RoundConfiguration, seed: UInt64) {
        let newest = train.filter { $0.content.level == nil || $0.content.level == frontier.level }
        let solved = Set(frontier.solved)
        let old = train.filter { $0.content.level.map(solved.contains) == true }
        let share = configuration.curriculum.replayShare
        let wanted = configuration.generate.questionsPerRound
        var newCount = newest.count
        var oldCount = Int((Double(newCount) * share / (1 - share)).rounded())
        if wanted > 0 {
            let replay = min(old.count, Int((Double(wanted) * share).rounded()))
            newCount = min(newCount, max(1, wanted - replay))
            oldCount = wanted - newCount
        }
        oldCount = min(oldCount, old.count)
        let random = Philox(seed: seed)
        // Two epochs: one order for both would tie the places of old and new questions together.
        let drawn =
            random.shuffled(newest.count).prefix(newCount).map { newest[$0].id }
            + random.shuffled(old.count, epoch: 1).prefix(oldCount).map { old[$0].id }
        self.frontier = frontier
        questions = drawn.sorted()
        replayCount = oldCount
    }

    /// What the beginning of the round says about it; empty without levels.
    var clause: String {
        guard let level = frontier.level else { return "" }
        let change =
            switch frontier.change {
            case .opened?: ", which is open from now on: the one below it is solved"
            case .closed(let level)?: "; level \(level) is closed again, its votes agreed too little"
            case nil: ""
            }
        let replay =
            replayCount == 0 ? "" : "; \(Plain.count(replayCount)) questions of solved levels are replayed"
        return ", at level \(level)\(change)\(replay)"
    }
}
