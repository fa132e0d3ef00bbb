import Loop
import Store

/// Decides what happens after an error in a round.
package struct FailurePolicy: Sendable {
    /// A round that fails this often is closed as failed.
    package static let attemptLimit = 3

    /// What comes next.
    package enum Step: Hashable, Sendable {
        /// The process ends: only a new one can recover.
        case end
        /// The loop waits until the state directory can be written.
        case waitForStorage
        /// Another checkpoint takes over from a damaged one.
        case replaceCheckpoint
        /// The phase is tried again, and the round closed after too many tries.
        case tryAgain
        /// The round is closed: another try would fail in the same way.
        case close
    }

    /// How often a disk that cannot be written is tried.
    package var storageRetry: Duration
    private let backoff: @Sendable (Int) -> Duration
    /// Failures since a round last ended well, or a person last asked to continue.
    package private(set) var streak = 0
    /// What lasts and has been told.
    var lasting = Lasting()

    /// Troubles that are told once and counted until they end.
    struct Lasting: Sendable {
        /// The state directory cannot be written.
        var storage: StorageTrouble?
        /// No round can begin.
        var beginning: TroubleNote?
        /// Failures cannot be recorded.
        var recording: TroubleNote?
        /// When the round that runs, or ran last, was begun or taken up; nil when none has since a failure.
        var runStart: ContinuousClock.Instant?
    }

    /// A policy at its start.
    ///
    /// - Parameters:
    ///   - storageRetry: How often a disk that cannot be written is tried.
    ///   - backoff: How long to wait after a number of failures in a row.
    package init(storageRetry: Duration, backoff: @escaping @Sendable (Int) -> Duration) {
        self.storageRetry = storageRetry
        self.backoff = backoff
    }

    /// What comes after an error.
    ///
    /// After a failed flush the kernel may have dropped the pages: what the disk holds is known only after it
    /// is read again. A damaged database needs a person; trying again would only repeat that.
    package func step(after error: any Error) -> Step {
        switch error {
        case let error as StoreError:
            switch error.code {
            case .flushFailed, .databaseCorrupt: .end
            case _ where error.mayPass: .waitForStorage
            case .checkpointCorrupt: .replaceCheckpoint
            default: .tryAgain
            }
        case let error as any EngineFailure: error.isRetryUseful ? .tryAgain : .close
        default: .tryAgain
        }
    }

    /// Counts a failure.
    ///
    /// - Returns: How long to wait before the next try.
    package mutating func failed() -> Duration {
        defer { streak += 1 }
        return backoff(streak)
    }

    /// Forgets the failures: a round has ended well, or a person wants to continue.
    package mutating func reset() { streak = 0 }
}
