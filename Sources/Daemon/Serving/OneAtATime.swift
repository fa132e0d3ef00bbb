import Synchronization

/// Lets one task in at a time and tells the others at once, instead of letting them wait.
final class OneAtATime: Sendable {
    private let taken = Mutex(false)

    /// Whether a task is in.
    var isTaken: Bool { taken.withLock { $0 } }

    /// Runs a body, unless another one runs.
    ///
    /// - Parameters:
    ///   - refusal: Thrown while another one runs.
    ///   - body: What runs alone.
    /// - Returns: What the body returns.
    /// - Throws: The refusal, or what the body throws.
    func run<Value>(or refusal: some Error, _ body: () async throws -> Value) async throws -> Value {
        let isFree = taken.withLock { taken in
            defer { taken = true }
            return !taken
        }
        guard isFree else { throw refusal }
        defer { taken.withLock { $0 = false } }
        return try await body()
    }
}
