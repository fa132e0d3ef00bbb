public import Loop

/// What was measured before the first round.
public struct PreflightReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// When it was recorded, ISO 8601 UTC.
    public var recordedAt: String
    /// What was found.
    public var report: PreflightReport

    /// The reply for a record of the journal.
    public init(_ record: PreflightRecord) {
        recordedAt = record.recordedAt
        report = record.report
    }
}
