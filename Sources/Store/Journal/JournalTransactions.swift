import GRDB

/// How a transaction of the journal runs, for closures on the pool's queues.
///
/// It does not hold the pool: a closure that outlived its run could be the last to hold it, and a pool that
/// goes on its own queue ends the process.
struct JournalTransactions: Sendable {
    let path: String
    let presence: StatePresence
    let announcements: Announcements

    /// Commits what a body has written, and announces its events on this queue, so that their order is that of
    /// the commits.
    func run<Value>(_ db: Database, _ body: (Database) throws -> Value) throws -> Value {
        announcements.discard()
        var result: Value?
        try db.inTransaction {
            result = try body(db)
            return .commit
        }
        guard let result else {
            throw StoreError(.databaseFailed, "a transaction of the journal did not run")
        }
        announcements.deliver()
        return result
    }

    /// An error as a `StoreError`: what SQLite finds wrong while the directory is away is its absence, unless what
    /// the disk holds is not known any more.
    func wrapped(_ error: any Error) -> any Error {
        let error = StoreError.wrapping(error, path: path)
        if let error = error as? StoreError, error.code == .flushFailed { return error }
        do { try presence.check() } catch let absent as StoreError where absent.code == .stateAbsent {
            return absent
        } catch {}
        return error
    }
}
