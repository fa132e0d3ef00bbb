import Synchronization

/// A clock that shows one second more at each reading.
final class Ticks: Sendable {
    private let count = Mutex(0.0)

    var next: @Sendable () -> Double {
        {
            self.count.withLock { count in
                count += 1
                return count
            }
        }
    }
}
