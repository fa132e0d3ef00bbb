public import Loop

/// What `autodidactd study --json` prints, and `autodidact report --study` reads.
public struct StudyOutput: ControlReply, Hashable {
    /// Schema version of the output.
    public var schemaVersion = ControlVersion.schema
    /// What was found.
    public var results: StudyResults

    /// Joins the version and what was found.
    public init(results: StudyResults) { self.results = results }
}
