/// Runs a body while something ticks each second: waiting for others is a sign of life as long as their
/// deadlines are ours.
func whileBeating<Value: Sendable>(
    _ beat: @escaping @Sendable () -> Void,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask(operation: body)
        group.addTask {
            while !Task.isCancelled {
                beat()
                try await Task.sleep(for: .seconds(1))
            }
            return nil
        }
        defer { group.cancelAll() }
        while let value = try await group.next() {
            if let value { return value }
        }
        throw CancellationError()
    }
}
