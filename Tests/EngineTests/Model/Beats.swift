import Synchronization

/// Counts signs of life.
final class Beats: Sendable {
    private let counter = Atomic<Int>(0)

    var count: Int { counter.load(ordering: .relaxed) }

    @Sendable func add() { counter.add(1, ordering: .relaxed) }
}
