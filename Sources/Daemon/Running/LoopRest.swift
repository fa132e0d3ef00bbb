import Synchronization

/// A sleep that ends early when something wakes it; a wake before it begins counts too.
final class LoopRest: Sendable {
    private struct State {
        var isWoken = false
        var sleeper: Task<Void, Never>?
    }

    private let state = Mutex(State())

    /// Sleeps until woken, cancelled, or the time is over; nil has no limit.
    func rest(for duration: Duration?) async {
        let limit = duration ?? .seconds(100 * 365 * 86_400)
        let sleeper = state.withLock { state -> Task<Void, Never>? in
            guard !state.isWoken else { return nil }
            let task = Task { _ = try? await Task.sleep(for: limit) }
            state.sleeper = task
            return task
        }
        if let sleeper {
            await withTaskCancellationHandler {
                await sleeper.value
            } onCancel: {
                sleeper.cancel()
            }
        }
        state.withLock { $0 = State() }
    }

    /// Ends the sleep, or the next one at once.
    func wake() {
        state.withLock { state in
            state.isWoken = true
            state.sleeper?.cancel()
        }
    }
}
