public import Foundation
import GRDB

extension JournalStore {
    /// How long a receipt is kept, in seconds.
    private static let receiptSeconds: TimeInterval = 24 * 60 * 60

    /// The reply that a request got when it was carried out; nil when that did not happen within the last
    /// day.
    ///
    /// - Parameter request: The request.
    /// - Returns: The reply as it was.
    /// - Throws: `StoreError` `key_reused` when the key came with another request.
    public func reply(to request: RequestKey) async throws -> Data? {
        let oldest = oldestReceipt
        return try await database.read { db in
            let row = try Row.fetchOne(
                db,
                sql: "SELECT request, reply FROM receipts WHERE key = ? AND time >= ?",
                arguments: [request.key, oldest]
            )
            guard let row else { return nil }
            let (digest, reply): (String, String) = (row[0], row[1])
            guard digest == request.digest else {
                throw StoreError(
                    .keyReused,
                    "the key \(request.key) came with another request before; use a new key for a new request"
                )
            }
            return Data(reply.utf8)
        }
    }

    /// Writes the receipt of something that is no change of the journal, such as an export.
    ///
    /// - Parameters:
    ///   - receipt: The receipt.
    ///   - change: What was done.
    /// - Throws: `StoreError` when the journal cannot be written.
    public func write<Change: Sendable>(_ receipt: Receipt<Change>, of change: Change) async throws {
        try await database.write("receipt") { [self] db in try write(receipt, of: change, in: db) }
    }

    /// Writes a receipt with the change it is for, and removes old ones.
    func write<Change>(_ receipt: Receipt<Change>?, of change: Change, in db: Database) throws {
        guard let receipt else { return }
        try db.execute(sql: "DELETE FROM receipts WHERE time < ?", arguments: [oldestReceipt])
        try db.execute(
            sql: "INSERT INTO receipts (key, request, reply, time) VALUES (?, ?, ?, ?)",
            arguments: [
                receipt.request.key, receipt.request.digest,
                String(decoding: try receipt.reply(change), as: UTF8.self), timestamp,
            ]
        )
    }

    private var oldestReceipt: String { Self.stamp(now().addingTimeInterval(-Self.receiptSeconds)) }
}
