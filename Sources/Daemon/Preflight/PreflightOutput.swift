import ControlAPI
package import Loop

/// What `preflight --json` prints.
package struct PreflightOutput: ControlReply, Hashable {
    /// Schema version of the output.
    package var schemaVersion = ControlVersion.schema
    /// What deserves attention in configuration and questions.
    package var warnings: [String]
    /// What was found.
    package var report: PreflightReport

    /// Memberwise.
    package init(warnings: [String], report: PreflightReport) {
        self.warnings = warnings
        self.report = report
    }
}
