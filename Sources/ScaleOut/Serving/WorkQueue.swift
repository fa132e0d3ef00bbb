import Synchronization

/// Work items for tasks that are free, and their results.
final class WorkQueue<Item: Sendable, Value: Sendable>: Sendable {
    private struct State {
        var waiting: [Int]
        var values: [Value?]
        var doneCount = 0
    }

    private let items: [Item]
    private let state: Mutex<State>

    /// A queue of items in order.
    init(_ items: [Item]) {
        self.items = items
        state = Mutex(
            State(waiting: Array(items.indices.reversed()), values: Array(repeating: nil, count: items.count))
        )
    }

    /// The next item that nobody works on; nil when there is none.
    func next() -> (index: Int, item: Item)? {
        state.withLock { state in state.waiting.popLast().map { ($0, items[$0]) } }
    }

    /// Whether there is work that nobody works on.
    var hasWaiting: Bool { state.withLock { !$0.waiting.isEmpty } }

    /// Takes back an item that got no result.
    func giveBack(_ index: Int) {
        state.withLock { $0.waiting.append(index) }
    }

    /// Takes a result; what it counts is summed over items by the caller.
    func finish(_ index: Int, _ value: Value) {
        state.withLock { state in
            state.values[index] = value
            state.doneCount += 1
        }
    }

    /// Whether every item has its result.
    var isDone: Bool { state.withLock { $0.doneCount == items.count } }

    /// The results in order of items; only those that there are.
    var values: [Value] { state.withLock { $0.values.compactMap { $0 } } }
}
