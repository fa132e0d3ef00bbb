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
            try recordTries(0, in: db)
            try record(events, in: db)
        }
    }

    /// How often a preflight has begun that neither gave a report nor was ended in order.
    ///
    /// - Returns: The number; what is older than a receipt lives may be forgotten.
    /// - Throws: `StoreError` when the journal cannot be read.
    public func preflightTries() async throws -> Int {
        try await database.read { db in
            let sql = "SELECT reply FROM receipts WHERE key = ?"
            let text = try String.fetchOne(db, sql: sql, arguments: [Self.triesKey])
            return text.flatMap { Int($0) } ?? 0
        }
    }

    /// Keeps the number of tries, so that one that ends the process counts, too.
    ///
    /// - Parameter count: The number.
    /// - Throws: `StoreError` when the journal cannot be written.
    public func setPreflightTries(_ count: Int) async throws {
        try await database.write("preflight-try") { [self] db in try recordTries(count, in: db) }
    }

    /// No request has this key: those of requests have no space.
    private static let triesKey = "preflight tries"

    private func recordTries(_ count: Int, in db: Database) throws {
        try db.execute(sql: "DELETE FROM receipts WHERE key = ?", arguments: [Self.triesKey])
        guard count > 0 else { return }
        try db.execute(
            sql: "INSERT INTO receipts (key, request, reply, time) VALUES (?, ?, ?, ?)",
            arguments: [Self.triesKey, FileDigest.hex(Self.triesKey), "\(count)", timestamp]
        )
    }
}
