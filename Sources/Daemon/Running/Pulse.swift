package import Loop
import Synchronization

/// Counts signs of progress.
///
/// The watchdog is fed only while this moves or the loop rests on purpose.
package final class Pulse: Sendable {
    private let counter = Atomic<Int>(0)
    private let resting = Atomic<Bool>(true)

    /// A pulse at rest.
    package init() {}

    /// Signs so far.
    package var count: Int { counter.load(ordering: .relaxed) }

    /// Whether nothing is expected to move: paused, waiting, or not yet started.
    package var isResting: Bool {
        get { resting.load(ordering: .relaxed) }
        set { resting.store(newValue, ordering: .relaxed) }
    }

    /// One sign of progress.
    package func beat() { counter.wrappingAdd(1, ordering: .relaxed) }

    /// A progress callback that also beats.
    package func counting(
        _ progress: @escaping @Sendable (EngineProgress) -> Void
    ) -> @Sendable (EngineProgress) -> Void {
        { report in
            self.beat()
            progress(report)
        }
    }
}
