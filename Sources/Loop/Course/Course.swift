/// What the loop does next: decided from settings and what the journal says, by nothing else.
///
/// A process that starts again on the same journal with the same settings decides the same.
public struct Course: Hashable, Sendable {
    /// Rounds to finish; 0 is no limit.
    public var rounds = 0
    /// Accuracy on the gate's questions that is enough, 0...1; 0 is no target.
    public var target = 0.0
    /// Hours that phases may take, all together; 0 is no limit.
    public var hours = 0.0
    /// Tokens that may be generated and trained on; 0 is no limit.
    public var tokens = 0
    /// Rounds in a row, rejected or without data, after which the loop waits when there are no levers; 0
    /// never waits.
    public var patience = 3
    /// Levers to try, one at a time, in this order.
    public var escalation: [LeverID] = []
    /// Rounds in a row without a promotion before the next lever is tried.
    public var escalateAfter = 1

    /// Without limits.
    public init() {}

    /// A finished round, as far as it matters here.
    public struct Step: Hashable, Sendable {
        /// Its number.
        public var round: RoundID
        /// How it ended.
        public var outcome: Outcome
        /// The lever that it tried; nil for a person's own settings.
        public var lever: LeverID?
        /// Whether it ended without data because its vote was not far enough ahead of one greedy answer.
        public var lacksHeadroom: Bool

        /// A step from its parts.
        public init(
            _ round: RoundID,
            _ outcome: Outcome,
            _ lever: LeverID? = nil,
            lacksHeadroom: Bool = false
        ) {
            self.round = round
            self.outcome = outcome
            self.lever = lever
            self.lacksHeadroom = lacksHeadroom
        }
    }

    /// What the journal says between two rounds.
    public struct Record: Hashable, Sendable {
        /// Rounds that have ended.
        public var finishedCount = 0
        /// The current checkpoint's accuracy on the questions that the gate has now; nil where it was not
        /// measured on these.
        public var gateShare: Double?
        /// Seconds that phases have taken.
        public var seconds = 0.0
        /// Tokens generated, for evaluations and headroom too, and trained on.
        public var tokenCount = 0
        /// The finished rounds since a person last changed the course, in order, from the last promoted one
        /// on.
        public var recent: [Step] = []

        /// Nothing yet.
        public init() {}
    }

    /// What comes next.
    public enum Next: Hashable, Sendable {
        /// A round, with a lever or with a person's own settings.
        case round(LeverID?)
        /// None.
        case stop(StopReason)
    }

    /// What the next round tries.
    public enum Turn: Hashable, Sendable {
        /// A person's own settings.
        case own
        /// A lever.
        case lever(LeverID)
        /// Nothing: every lever has failed.
        case exhausted
    }

    /// Decides what comes next.
    public func next(after record: Record) -> Next {
        if target > 0, let share = record.gateShare, share >= target { return .stop(.target) }
        if rounds > 0, record.finishedCount >= rounds { return .stop(.rounds) }
        if hours > 0, record.seconds >= hours * 3600 { return .stop(.hours) }
        if tokens > 0, record.tokenCount >= tokens { return .stop(.tokens) }
        if let reason = stuck(after: record.recent) { return .stop(reason) }
        guard case .lever(let lever) = turn(after: record.recent) else { return .round(nil) }
        return .round(lever)
    }

    /// Why a person must look, whatever the budgets say; nil while the loop can try something.
    public func stuck(after recent: [Step]) -> StopReason? {
        if Self.streak(of: [.failed], in: recent).count >= 2 { return .deadEnd }
        guard escalation.isEmpty else { return turn(after: recent) == .exhausted ? .deadEnd : nil }
        let vain = Self.streak(of: [.rejected, .noData], in: recent)
        guard patience > 0, vain.count >= patience else { return nil }
        return vain.allSatisfy { $0.outcome == .noData } ? .noData : .plateau
    }

    /// What the next round tries.
    ///
    /// A promoted round keeps what it ran with and opens every lever again. After `escalateAfter` rounds in
    /// vain the next lever in the list that has not failed since is tried in its place. Failed and abandoned
    /// rounds say nothing about a lever. Where a person's own settings have no headroom, only levers that can
    /// change it are tried: with another the round would end before its first candidate again.
    ///
    /// - Parameter recent: The finished rounds, see `Record`.
    /// - Returns: A lever, a person's own settings, or that nothing is left.
    public func turn(after recent: [Step]) -> Turn {
        guard !escalation.isEmpty else { return .own }
        let trials = Trials(recent, escalateAfter: escalateAfter)
        if !trials.isSpent {
            // One that a person has taken out of the list is not tried any more.
            return trials.lever.flatMap { escalation.contains($0) ? .lever($0) : nil } ?? .own
        }
        return escalation.first { !trials.failed.contains($0) && trials.allows($0) }.map(Turn.lever)
            ?? .exhausted
    }

    /// Levers that were not tried because they cannot change a headroom that is missing.
    ///
    /// - Parameter recent: The finished rounds, see `Record`.
    /// - Returns: Them, in the list's order; empty where headroom is not what is missing.
    public func leversWithoutUse(after recent: [Step]) -> [LeverID] {
        let trials = Trials(recent, escalateAfter: escalateAfter)
        return escalation.filter { !trials.failed.contains($0) && !trials.allows($0) }
    }

    /// The newest rounds in a row that ended in one of some ways.
    public static func streak(of outcomes: Set<Outcome>, in recent: [Step]) -> ArraySlice<Step> {
        let last = recent.lastIndex { !outcomes.contains($0.outcome) }
        return recent[(last.map { $0 + 1 } ?? 0)...]
    }
}

/// What came of a person's own settings and of levers since the last promotion.
private struct Trials {
    /// What the newest round ran with.
    private(set) var lever: LeverID?
    /// Levers that brought nothing.
    private(set) var failed: Set<LeverID> = []
    /// Whether the newest one has had its rounds.
    private(set) var isSpent = false
    /// Whether a round with a person's own settings has no headroom; nil where none was tried.
    private var ownLacksHeadroom: Bool?

    init(_ recent: [Course.Step], escalateAfter: Int) {
        var vainCount = 0
        for step in recent {
            if step.lever != lever { (lever, vainCount) = (step.lever, 0) }
            switch step.outcome {
            case .promoted: (failed, vainCount, ownLacksHeadroom) = ([], 0, nil)
            case .rejected, .noData:
                vainCount += 1
                if vainCount >= escalateAfter, let lever { failed.insert(lever) }
                note(step)
            case .failed, .abandoned: break
            }
            isSpent = vainCount >= escalateAfter
        }
    }

    func allows(_ lever: LeverID) -> Bool { ownLacksHeadroom != true || lever.changesHeadroom }

    /// A lever that leaves the headroom alone measures that of the own settings; another one says nothing of it.
    private mutating func note(_ step: Course.Step) {
        if step.lever?.changesHeadroom != true { ownLacksHeadroom = step.lacksHeadroom }
    }
}
