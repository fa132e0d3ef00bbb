import GRDB
public import Loop

extension JournalStore {
    /// The newest report of preflight; nil when none was recorded.
    public func preflight() async throws -> PreflightRecord? {
        try await database.read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT recorded_at, report FROM preflights") else {
                return nil
            }
            return PreflightRecord(
                recordedAt: row[0],
                report: try StoredJSON.value(PreflightReport.self, from: row[1])
            )
        }
    }

    /// Keeps a report in place of the one before.
    ///
    /// - Parameters:
    ///   - report: What was found.
    ///   - events: Events to write with it.
    /// - Throws: `StoreError` when the journal cannot be written.
    public func record(_ report: PreflightReport, events: [RoundEvent] = []) async throws {
        let text = try StoredJSON.text(report)
        try await database.write("preflight") { [self] db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO preflights (id, recorded_at, report) VALUES (1, ?, ?)",
                arguments: [timestamp, text]
            )
            try record(events, in: db)
        }
    }
}
