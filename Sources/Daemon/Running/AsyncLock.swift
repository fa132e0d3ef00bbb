import Synchronization

/// An exclusive lock to hold across `await`; waiters are served in order of arrival.
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

    /// Thrown if the lock did not become free in time.
    package struct NotFree: Error {}

    /// Runs the body alone; a task cancelled while it waits throws `CancellationError`.
    ///
    /// - Parameters:
    ///   - patience: How long to wait for the lock; nil waits without limit.
    ///   - body: What runs with the lock held, however long it takes.
    /// - Returns: What the body returns.
    /// - Throws: `NotFree`, `CancellationError`, or what the body throws.
    package func withLock<Value: Sendable>(
        within patience: Duration? = nil,
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await acquire(within: patience)
        defer { release() }
        return try await body()
    }

    private func acquire(within patience: Duration?) async throws {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        // Not `withDeadline`: a lock that is taken at the very moment of the deadline must not be lost.
        var timer: Task<Void, Never>?
        defer { timer?.cancel() }
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
                if let result { return continuation.resume(with: result) }
                // Only now that the waiter is in the list, where the timer finds it.
                guard let patience else { return }
                timer = Task {
                    guard (try? await Task.sleep(for: patience)) != nil else { return }
                    giveUp(id, NotFree())
                }
            }
        } onCancel: {
            giveUp(id, CancellationError())
        }
    }

    /// Ends a waiter; does nothing if it has the lock already.
    private func giveUp(_ id: Int, _ error: any Error) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0).continuation }
        }
        waiter?.resume(throwing: error)
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
