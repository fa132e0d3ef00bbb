import Loop

/// One trouble from its first sign to its end: told once, counted while it lasts.
package struct TroubleNote: Sendable {
    /// What was said of it first.
    package let message: String
    /// How often it was met.
    package private(set) var count = 1
    private let start: ContinuousClock.Instant

    /// A trouble that has just been met.
    package init(_ message: String, at now: ContinuousClock.Instant = .now) {
        self.message = message
        start = now
    }

    /// Meets it again.
    package mutating func again() { count += 1 }

    /// How long it has lasted and how often it was met, such as `after 3 min 20 s and 41 tries`.
    package func summary(at now: ContinuousClock.Instant = .now) -> String {
        let elapsed = Plain.duration((now - start) / .seconds(1))
        return "after \(elapsed) and \(Plain.count(count)) \(count == 1 ? "try" : "tries")"
    }
}

/// A state directory that could not be written, until a round has shown that it can.
///
/// That a small file can be written proves little: what failed may be another directory, or a file that is
/// not ours. So the trouble counts as over only when the round has got further than where it failed, or has
/// run for longer than it did then.
struct StorageTrouble: Sendable {
    /// Since when, and how often.
    var note: TroubleNote
    /// Whether the journal could take the event that says so.
    var isRecorded = false
    /// Where the round was when it failed last; nil outside rounds.
    var place: RoundPlace?
    /// How long it had run then.
    var runLength = Duration.zero
    /// Failures after a look that found nothing wrong.
    var relapseCount = -1

    /// The longest pause between two tries of what failed although a look found nothing wrong.
    private static let longestPause = Duration.seconds(60)

    /// How long to wait before the next try: longer each time that a look found nothing wrong, since a phase
    /// may have to be computed again for it.
    func pause(_ usual: Duration) -> Duration {
        max(usual, min(usual * (1 << min(max(relapseCount, 0), 6)), Self.longestPause))
    }

    /// How long a round must run on to show that the trouble is over, if it has not got further before.
    func proofLength(_ usual: Duration) -> Duration { max(runLength * 2, usual, .seconds(1)) }

    /// The event that says that it began.
    var event: RoundEvent { RoundEvent(.storageTrouble, message: note.message) }
}

/// How far a round is: changes with every wave and phase that is committed.
struct RoundPlace: Hashable, Sendable {
    private let id: RoundID
    private let phase: Phase
    private let seconds: [String: Double]

    /// The place of a round.
    init(_ round: RoundRecord) {
        (id, phase, seconds) = (round.id, round.phase, round.report.secondsPerPhase)
    }
}
