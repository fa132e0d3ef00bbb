/// A rule that settles every candidate of a round (method, section 6).
///
/// Candidates arrive in order of (question, index) with answer, consistency, loss, DS weight and, as
/// `reason`, the earlier stage that would drop them. Every policy leaves unreadable, truncated and
/// unscorable candidates and repeated texts out.
public protocol SelectionPolicy: Sendable {
    /// The name it has in configurations and reports.
    var id: SelectionPolicyID { get }

    /// Settles the candidates.
    ///
    /// - Parameters:
    ///   - candidates: All candidates of a round.
    ///   - context: What the policy may know besides.
    /// - Returns: One decision per candidate, in order, and the cut where there was one.
    /// - Throws: `LoopError` when the input contradicts the policy.
    func select(_ candidates: [Candidate], context: SelectionContext) throws -> Selection
}

extension SelectionPolicyID {
    /// The policy of this name.
    public var policy: any SelectionPolicy {
        switch self {
        case .none: KeepAllPolicy()
        case .oracle: OraclePolicy()
        case .lmsi: VotePolicy()
        case .iwsi: DSWeightPolicy()
        }
    }
}

/// What a policy may know besides the candidates.
public struct SelectionContext: Sendable {
    /// Share kept and tie rule.
    public var settings: SelectSettings
    /// The mean valid loss; nil without a valid set.
    public var meanValidLoss: Double?
    /// Whether a candidate's answer equals the reference answer, nil without one.
    ///
    /// Only `oracle` asks.
    public var isRight: @Sendable (Candidate) -> Bool?

    /// Builds a context.
    public init(
        settings: SelectSettings,
        meanValidLoss: Double?,
        isRight: @escaping @Sendable (Candidate) -> Bool? = { _ in nil }
    ) {
        self.settings = settings
        self.meanValidLoss = meanValidLoss
        self.isRight = isRight
    }
}

/// What becomes of one candidate.
public struct SelectionDecision: Hashable, Sendable {
    /// Kept or dropped.
    public var verdict: Verdict
    /// The stage that decided.
    public var reason: VerdictReason
    /// Factor on its loss in fine-tuning.
    public var weight: Double

    /// Kept with weight 1.
    public static let kept = SelectionDecision(verdict: .kept, reason: .selected, weight: 1)

    /// Dropped for a reason.
    public static func dropped(_ reason: VerdictReason) -> SelectionDecision {
        SelectionDecision(verdict: .dropped, reason: reason, weight: 1)
    }
}

/// The decisions of a policy.
public struct Selection: Hashable, Sendable {
    /// One per candidate, in order.
    public var decisions: [SelectionDecision]
    /// Largest DS weight kept; nil without a cut or when nothing was kept.
    public var cutDSWeight: Double?
    /// Dropped at the cut with a loss below the mean valid loss.
    public var lowSideDropCount: Int
    /// Dropped at the cut with a loss above it.
    public var highSideDropCount: Int

    /// Builds a selection.
    public init(
        decisions: [SelectionDecision],
        cutDSWeight: Double? = nil,
        lowSideDropCount: Int = 0,
        highSideDropCount: Int = 0
    ) {
        self.decisions = decisions
        self.cutDSWeight = cutDSWeight
        self.lowSideDropCount = lowSideDropCount
        self.highSideDropCount = highSideDropCount
    }
}
