import Foundation
import GRDB
import Loop
import Synchronization

extension JournalStore {
    /// Looks at the whole state while the daemon runs; changes nothing.
    ///
    /// On its own connection and thread: it takes minutes on a large state, and nothing waits for it.
    /// Cancelling the task ends it between two statements, in the middle of a long one, or between two files.
    ///
    /// - Returns: What does not hold.
    /// - Throws: `StoreError` when the journal cannot be read, `CancellationError`.
    public func verify() async throws -> VerifyReport {
        let look = StateLook(state)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread { continuation.resume(with: Result { try look.run() }) }
                thread.name = "verify"
                thread.start()
            }
        } onCancel: {
            look.cancel()
        }
    }

    /// Looks at a state directory, whether a daemon holds it or not; changes nothing.
    ///
    /// - Parameter stateDirectory: The directory.
    /// - Returns: What does not hold; a journal that cannot be read at all is a violation, too.
    /// - Throws: `StoreError` when there is no such directory, or this user may not read it.
    public static func verify(stateDirectory: String) throws -> VerifyReport {
        let state = StateDirectory(stateDirectory)
        guard DurableFiles().isThere(state.journal) else {
            throw StoreError(
                .fileFailed,
                "there is no journal at \(state.journal); give the state directory of a daemon"
            )
        }
        do {
            return try StateLook(state).run()
        } catch let error as StoreError where error.code != .databaseLocked {
            // Only what SQLite says of the journal is about the state; what the system refuses is about this
            // look.
            guard let cause = error.cause as? DatabaseError else { throw error }
            var report = VerifyReport()
            report.ruleCount = 1
            let reason = cause.message ?? "unknown error"
            let detail = "\(state.journal) cannot be read: \(reason)"
            report.violations = [VerifyReport.Violation(rule: "integrity", detail: detail)]
            return report
        }
    }
}

/// One look at a state directory through a connection of its own, which another thread may end.
private final class StateLook: Sendable {
    private struct Connection {
        var queue: DatabaseQueue?
        var isCancelled = false
    }

    private let state: StateDirectory
    private let connection = Mutex(Connection())

    init(_ state: StateDirectory) { self.state = state }

    /// Looks twice where the first look finds something: next to a running daemon, what it found may have
    /// been in progress.
    func run() throws -> VerifyReport {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: state.journal, configuration: configuration)
            connection.withLock { $0.queue = queue }
            defer {
                connection.withLock { $0.queue = nil }
                try? queue.close()
            }
            let look: (Database) throws -> VerifyReport = { [self] db in
                try StateVerifier(db, state: state) { [self] in try checkCancelled() }.run()
            }
            let report = try queue.read(look)
            return report.violations.isEmpty ? report : report.confirmed(by: try queue.read(look))
        } catch {
            try checkCancelled()
            throw StoreError.wrapping(error, path: state.journal)
        }
    }

    /// Ends the look; a statement that runs is interrupted.
    func cancel() {
        let queue = connection.withLock { connection in
            connection.isCancelled = true
            return connection.queue
        }
        queue?.interrupt()
    }

    private func checkCancelled() throws {
        if connection.withLock({ $0.isCancelled }) { throw CancellationError() }
    }
}
