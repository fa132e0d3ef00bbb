import GRDB
public import Loop

/// Which of a round's candidates are wanted; what is nil lets everything pass.
public struct CandidateFilter: Hashable, Sendable {
    /// Kept or dropped.
    public var verdict: Verdict?
    /// The stage that decided.
    public var reason: VerdictReason?
    /// The question.
    public var question: QuestionID?
    /// The least DS weight; leaves out those that were not weighed.
    public var leastDSWeight: Double?
    /// The largest DS weight; leaves out those that were not weighed.
    public var mostDSWeight: Double?

    /// Builds a filter.
    ///
    /// - Parameters:
    ///   - verdict: Kept or dropped.
    ///   - reason: The stage that decided.
    ///   - question: The question.
    ///   - leastDSWeight: The least DS weight.
    ///   - mostDSWeight: The largest DS weight.
    public init(
        verdict: Verdict? = nil,
        reason: VerdictReason? = nil,
        question: QuestionID? = nil,
        leastDSWeight: Double? = nil,
        mostDSWeight: Double? = nil
    ) {
        self.verdict = verdict
        self.reason = reason
        self.question = question
        self.leastDSWeight = leastDSWeight
        self.mostDSWeight = mostDSWeight
    }

    /// The condition on rows of `candidates` and its arguments.
    func condition(in round: RoundID) -> (sql: String, arguments: StatementArguments) {
        var sql = "round = ?"
        var arguments: StatementArguments = [round.rawValue]
        let tests: [(String, (any DatabaseValueConvertible)?)] = [
            ("verdict =", verdict?.rawValue), ("reason =", reason?.rawValue),
            ("question =", question?.rawValue),
            ("ds_weight >=", leastDSWeight), ("ds_weight <=", mostDSWeight),
        ]
        for case (let test, let value?) in tests {
            sql += " AND \(test) ?"
            arguments += [value]
        }
        return (sql, arguments)
    }
}
