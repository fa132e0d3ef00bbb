/// Thrown by `withDeadline` alone.
public struct DeadlinePassed: Error, Hashable, Sendable {
    /// Builds the error.
    public init() {}
}

/// Runs a body and cancels it when it takes too long.
///
/// The limit is real only if the body honours cancellation: it is waited for all the same.
///
/// - Parameters:
///   - limit: How long the body may take, by the continuous clock.
///   - body: What runs.
/// - Returns: What the body returns.
/// - Throws: `DeadlinePassed`, or what the body throws.
public func withDeadline<Value: Sendable>(
    _ limit: Duration,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask(operation: body)
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlinePassed()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}
