/// Policy `none`: every readable candidate, whatever the vote said.
public struct KeepAllPolicy: SelectionPolicy {
    /// Its name.
    public let id = SelectionPolicyID.none

    /// Builds the policy.
    public init() {}

    /// Keeps every candidate whose text can be trained on.
    public func select(_ candidates: [Candidate], context: SelectionContext) -> Selection {
        Selection(decisions: candidates.map { $0.unusableReason.map(SelectionDecision.dropped) ?? .kept })
    }
}

/// Policy `oracle`: readable candidates with the reference answer, whatever the vote said.
///
/// For diagnosis.
public struct OraclePolicy: SelectionPolicy {
    /// Its name.
    public let id = SelectionPolicyID.oracle

    /// Builds the policy.
    public init() {}

    /// Keeps right candidates; one without a reference answer is dropped.
    public func select(_ candidates: [Candidate], context: SelectionContext) -> Selection {
        Selection(
            decisions: candidates.map { candidate in
                if let reason = candidate.unusableReason { return .dropped(reason) }
                return context.isRight(candidate) == true ? .kept : .dropped(.wrongAnswer)
            }
        )
    }
}

/// Policy `lmsi`: the majority vote alone.
public struct VotePolicy: SelectionPolicy {
    /// Its name.
    public let id = SelectionPolicyID.lmsi

    /// Builds the policy.
    public init() {}

    /// Keeps what no earlier stage dropped.
    public func select(_ candidates: [Candidate], context: SelectionContext) -> Selection {
        Selection(decisions: candidates.map { $0.dropReason.map(SelectionDecision.dropped) ?? .kept })
    }
}

/// Policy `iwsi`: the vote, then the share of smallest DS weights (the paper's method).
///
/// Without a mean valid loss it selects by the vote alone; the round refuses that case beforehand
/// unless `select.allowEmptyValid` is set.
public struct DSWeightPolicy: SelectionPolicy {
    /// Its name.
    public let id = SelectionPolicyID.iwsi

    /// Builds the policy.
    public init() {}

    /// Ranks what no earlier stage dropped and cuts.
    ///
    /// A candidate without a DS weight is degenerate and does not count in n.
    public func select(_ candidates: [Candidate], context: SelectionContext) -> Selection {
        guard let meanValidLoss = context.meanValidLoss else {
            return VotePolicy().select(candidates, context: context)
        }
        var decisions = candidates.map { candidate in
            candidate.dropReason.map(SelectionDecision.dropped)
                ?? (candidate.dsWeight == nil ? .dropped(.lossDegenerate) : .kept)
        }
        let ranked = candidates.indices.filter { decisions[$0].verdict == .kept }
        let weights = ranked.map { candidates[$0].dsWeight ?? .infinity }
        let marks = PercentileCut(settings: context.settings).marks(weights)
        var (low, high) = (0, 0)
        for (place, index) in ranked.enumerated() where !marks[place] {
            decisions[index] = .dropped(.dsWeight)
            if (candidates[index].loss ?? .infinity) < meanValidLoss { low += 1 } else { high += 1 }
        }
        return Selection(
            decisions: decisions,
            cutDSWeight: zip(weights, marks).filter(\.1).map(\.0).max(),
            lowSideDropCount: low,
            highSideDropCount: high
        )
    }
}

extension Candidate {
    /// The stage before selection that dropped it; nil when it is still in.
    var dropReason: VerdictReason? { verdict == .dropped ? reason : nil }

    /// The same, leaving aside what the vote alone decided.
    var unusableReason: VerdictReason? {
        switch dropReason {
        case .outvoted, .lowConsistency, .tied: nil
        case let reason: reason
        }
    }
}
