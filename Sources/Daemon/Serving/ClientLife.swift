import ControlAPI
import NIOCore

/// Ties work to the client that asked for it.
enum ClientLife {
    /// Thrown if the client has disconnected: nobody reads it, and it is not a fault to log.
    private static let gone = Problem(.conflict, "the client has disconnected")

    /// Runs a body and cancels it when the connection closes.
    ///
    /// A client that only ends its own direction, as `nc -N` does after the request, still reads and counts
    /// as connected.
    ///
    /// - Parameters:
    ///   - channel: The client's connection.
    ///   - body: What is done for it.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws, or an error that nobody will read.
    static func tied<Value: Sendable>(
        to channel: any Channel,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        // A stream, because waiting for a future cannot be cancelled, and the connection may stay for the
        // next request.
        let (closing, feed) = AsyncStream.makeStream(of: Void.self)
        channel.closeFuture.whenComplete { _ in feed.finish() }
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask(operation: body)
            group.addTask {
                for await _ in closing {}
                throw gone
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}
