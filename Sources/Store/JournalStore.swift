public import Foundation
import GRDB
public import Loop
import Synchronization

/// The journal of rounds in one state directory: SQLite for what is small, directories for adapters.
///
/// Every writing method is one transaction. Files are flushed and in place before the row that names
/// them, and events are announced after their commit. One process, and one store in it, holds a state
/// directory at a time. Losses that are not a number are stored as absent.
public final class JournalStore: RoundStore, Sendable {
    let state: StateDirectory
    let files: DurableFiles
    let presence: StatePresence
    let database: JournalDatabase
    let now: @Sendable () -> Date
    private let reservedByteCount: Mutex<Int>
    private let lock: StateLock
    /// How the model that is bound computes: evaluations of another precision are not comparable.
    let arithmetic = Mutex<String?>(nil)
    /// What the program is that reads answers: evaluations by another one are not comparable either.
    let judge = Mutex<String?>(nil)

    /// Opens a state directory: locks it, looks at all that can refuse the start, then creates or migrates
    /// the journal and removes unfinished writes.
    ///
    /// Until everything has been looked at nothing is written: a start that is refused has changed nothing.
    ///
    /// - Parameters:
    ///   - stateDirectory: The directory; made if it is not there.
    ///   - reserve: Bytes that must be free before a phase begins.
    ///   - now: The clock that stamps rows.
    ///   - admit: Called before the first write with what the directory holds; what it throws refuses the
    ///     start.
    ///   - announce: Called after each commit with its numbered, stamped events, in their order. It runs on
    ///     the journal's queue: it must return soon and must not call the store.
    /// - Throws: `StoreError` when the directory is held by another process, cannot be written, or holds a
    ///   journal that is damaged or newer than this code.
    public convenience init(
        stateDirectory: String,
        reserve: Int = 0,
        now: @escaping @Sendable () -> Date = { Date() },
        admit: (StartLook) throws -> Void = { _ in },
        announce: @escaping @Sendable ([RoundEvent]) -> Void = { _ in }
    ) throws {
        try self.init(
            stateDirectory: stateDirectory,
            files: DurableFiles(),
            reserve: reserve,
            now: now,
            admit: admit,
            announce: announce
        )
    }

    /// Opens a state directory with given file operations, for tests that make them fail.
    package init(
        stateDirectory: String,
        files: DurableFiles,
        reserve: Int = 0,
        now: @escaping @Sendable () -> Date = { Date() },
        admit: (StartLook) throws -> Void = { _ in },
        announce: @escaping @Sendable ([RoundEvent]) -> Void = { _ in }
    ) throws {
        state = StateDirectory(stateDirectory)
        reservedByteCount = Mutex(reserve)
        self.now = now
        let isNew = !files.isDirectory(state.path)
        if isNew {
            try admit(StartLook(emptyAt: state.path))
            try files.createStateDirectory(state.path)
        }
        lock = try StateLock(state)
        // From here on every file inside is reached through the directory that is locked.
        let files = files.inside(lock.directory)
        self.files = files
        let look = try StartLook(state, files)
        if !isNew || look.isChecked { try admit(look) }
        // From here on it is written.
        try lock.claim()
        for path in [state.checkpoints, state.training, state.exports] { try files.createDirectory(path) }
        presence = StatePresence(state)
        database = try JournalDatabase(
            path: state.journal,
            time: Self.stamp(now()),
            isChecked: look.isChecked,
            presence: presence,
            announcements: Announcements(announce)
        )
        try presence.remember()
        try removeLeftovers(look.leftovers)
    }

    /// Bytes that must be free before a phase begins.
    public var reserve: Int {
        get { reservedByteCount.withLock { $0 } }
        set { reservedByteCount.withLock { $0 = newValue } }
    }

    deinit {
        // Before the lock is released: the next process must find no second connection.
        try? database.close()
    }

    /// The state directory's absolute path.
    public var stateDirectory: String { state.path }

    /// Where exported models belong, one directory each.
    public var exportDirectory: String { state.exports }

    /// The writing connection's settings that durability rests on, for tests.
    package func writerPragmas() throws -> [String: String] {
        try database.writeNow(JournalDatabase.pragmas)
    }

    var timestamp: String { Self.stamp(now()) }

    /// Numbers and stamps events inside a transaction, and announces them once it has committed.
    func record(_ events: [RoundEvent], of round: RoundID? = nil, in db: Database) throws {
        guard !events.isEmpty else { return }
        let time = timestamp
        var recorded: [RoundEvent] = []
        for var event in events {
            event.time = time
            event.round = event.round ?? round
            try db.execute(
                sql: "INSERT INTO events (time, round, phase, kind, message) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    time, event.round?.rawValue, event.phase?.rawValue, event.kind.rawValue, event.message,
                ]
            )
            event.id = Int(db.lastInsertedRowID)
            recorded.append(event)
        }
        database.transactions.announcements.add(recorded)
    }

    static func stamp(_ date: Date) -> String { date.formatted(.iso8601) }
}
