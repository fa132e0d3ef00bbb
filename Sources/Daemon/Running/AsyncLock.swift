import Synchronization

/// An exclusive lock to hold across `await`; waiters are served in the order of their coming.
package final class AsyncLock: Sendable {
    private struct State {
        var isHeld = false
        var nextWaiter = 0
        var waiters: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state = Mutex(State())

    /// A free lock.
    package init() {}

    /// How many wait for it.
    package var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Runs the body alone; a task cancelled while it waits throws `CancellationError`.
    package func withLock<Value: Sendable>(
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await acquire()
        defer { release() }
        return try await body()
    }

    private func acquire() async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // The flag of cancellation is set before the handler runs, so that either this check sees it
                // or the handler finds the waiter in the list.
                let result: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    guard state.isHeld else {
                        state.isHeld = true
                        return .success(())
                    }
                    state.waiters.append((id, continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).continuation }
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func release() {
        let next = state.withLock { state in
            guard state.waiters.isEmpty else { return Optional(state.waiters.removeFirst().continuation) }
            state.isHeld = false
            return nil
        }
        next?.resume()
    }
}

/// Runs the body and cancels it at the deadline.
///
/// Real only because everything that waits here honours cancellation: the lock, and the engine between tokens.
package func withDeadline<Value: Sendable>(
    _ duration: Duration,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: duration)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else {
            throw DaemonError(.timedOut, "no answer within \(duration.components.seconds) s; try again later")
        }
        return value
    }
}
