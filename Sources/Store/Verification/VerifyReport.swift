/// What a look at a whole state directory has found.
public struct VerifyReport: Hashable, Codable, Sendable {
    /// Something that must hold and does not.
    public struct Violation: Hashable, Codable, Sendable, CustomStringConvertible {
        /// A stable, machine-readable name of the rule.
        public var rule: String
        /// What was found where.
        public var detail: String

        /// Builds a violation.
        public init(rule: String, detail: String) {
            self.rule = rule
            self.detail = detail
        }

        /// `rule: detail`.
        public var description: String { "\(rule): \(detail)" }
    }

    /// Everything that does not hold, in the order of looking.
    public var violations: [Violation] = []
    /// Rules looked at.
    public var ruleCount = 0
    /// Finished and open rounds there are.
    public var roundCount = 0
    /// Checkpoints whose files were read.
    public var checkpointCount = 0
    /// Files whose SHA-256 was compared.
    public var fileCount = 0

    /// Nothing looked at yet.
    public init() {}

    /// What a second look found, too.
    ///
    /// Rows are read before files; where a daemon runs, retention may have removed a file in between, whose
    /// row the second look then finds changed.
    func confirmed(by second: VerifyReport) -> VerifyReport {
        var report = second
        report.violations = violations.filter(second.violations.contains)
        return report
    }
}
