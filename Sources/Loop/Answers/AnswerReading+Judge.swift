/// Why a judge has read nothing, as the journal keeps it: the reason's spelling begins the text.
extension AnswerReading {
    /// None, for a reason that the journal keeps.
    ///
    /// - Parameters:
    ///   - reason: `judgeTimeout`, `judgeFailed` or `judgeNone`.
    ///   - why: What has happened.
    /// - Returns: The reading.
    public static func none(_ reason: VerdictReason, _ why: String) -> AnswerReading {
        .none("\(reason.rawValue): \(why)")
    }

    /// The reason that the journal keeps; nil for an answer and for other texts.
    public var judgeReason: VerdictReason? {
        guard case .none(let why) = self else { return nil }
        return VerdictReason.ofJudges.first { why.hasPrefix($0.rawValue + ":") }
    }
}

extension VerdictReason {
    /// The judge gave no verdict in time.
    public static let judgeTimeout = VerdictReason(rawValue: "judge_timeout")
    /// The judge ended, or what it wrote is no verdict.
    public static let judgeFailed = VerdictReason(rawValue: "judge_failed")
    /// The judge said that there is no answer.
    public static let judgeNone = VerdictReason(rawValue: "judge_none")

    static let ofJudges: [VerdictReason] = [.judgeTimeout, .judgeFailed, .judgeNone]
}
