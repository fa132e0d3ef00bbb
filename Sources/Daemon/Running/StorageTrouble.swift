/// Says trouble with the state directory once while it lasts.
///
/// Trouble that comes back soon after it seemed to be over is the same trouble: the look did not see what fails. It is said
/// once more, then not until a round has ended, and the pauses grow.
package struct StorageTrouble: Sendable {
    /// Within this time of its end, trouble is the same one.
    private static let relapseTime = Duration.seconds(60)
    private static let longestPause = Duration.seconds(60)

    private var isOpen = false
    private var isSaid = false
    private var isLogged = false
    private var endedAt: ContinuousClock.Instant?
    private var relapseCount = 0

    /// No trouble so far.
    package init() {}

    /// Trouble has come, or is still there.
    ///
    /// - Parameter now: The present.
    /// - Returns: Whether it is to be said.
    package mutating func began(at now: ContinuousClock.Instant = .now) -> Bool {
        if !isOpen {
            let isRelapse = endedAt.map { now - $0 < Self.relapseTime } ?? false
            if isRelapse { relapseCount += 1 } else { self = StorageTrouble() }
            isOpen = true
            if relapseCount <= 1 { isSaid = false }
        }
        return !isSaid
    }

    /// It has been said: its event is in the journal.
    package mutating func said() { isSaid = true }

    /// Whether a line of the log is to stand in for the event, which the journal does not take now.
    package mutating func needsLine() -> Bool {
        defer { isLogged = true }
        return !isLogged
    }

    /// How long to wait before the next look.
    ///
    /// - Parameter retry: How long it is the first time.
    /// - Returns: The pause.
    package func pause(_ retry: Duration) -> Duration {
        guard relapseCount > 0 else { return retry }
        return max(retry, min(Self.longestPause, retry * (1 << min(relapseCount, 10))))
    }

    /// A look has found nothing wrong.
    ///
    /// - Parameter now: The present.
    /// - Returns: Whether that is to be said; after a relapse only once a round has ended.
    package mutating func ended(at now: ContinuousClock.Instant = .now) -> Bool {
        isOpen = false
        endedAt = now
        return relapseCount == 0
    }

    /// A round has ended: whatever was wrong is over.
    ///
    /// - Returns: Whether that is still to be said.
    package mutating func roundEnded() -> Bool {
        defer { self = StorageTrouble() }
        return (isOpen || relapseCount > 0) && isSaid
    }
}
