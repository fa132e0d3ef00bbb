import Synchronization

/// Spreads work over servers: a free one takes the next item, and what a failing server was working on goes
/// to another one, or to itself once it is back.
///
/// A result depends only on its item, never on the server or what shares a batch there, as far as the server
/// promises.
struct EndpointPool: Sendable {
    /// The servers.
    let endpoints: [Endpoint]
    /// Items at once per server.
    let inFlight: Int
    /// Times in a row, without a result in between, that a server may fail in one call and is asked again.
    let restarts: Int

    /// How often a server without work looks whether another one has given some back.
    private static let idleInterval = Duration.milliseconds(50)

    /// Runs a body for each item.
    ///
    /// - Parameters:
    ///   - items: The work.
    ///   - work: What adapter each server must have active, and the round whose log it writes.
    ///   - done: Called with each result, in no order.
    ///   - body: Gets the server's client, the model's name there, and the item.
    /// - Returns: The results in order of items.
    /// - Throws: What the body throws unless it may pass; otherwise the last error once every server has
    ///   failed too often.
    func map<Item: Sendable, Value: Sendable>(
        _ items: [Item],
        for work: EndpointWork,
        done: @escaping @Sendable (Value) -> Void,
        _ body: @escaping @Sendable (ServerClient, String, Item) async throws -> Value
    ) async throws -> [Value] {
        let queue = WorkQueue<Item, Value>(items)
        try await withThrowingTaskGroup(of: ScaleOutError?.self) { group in
            for endpoint in endpoints {
                group.addTask { try await serve(queue, by: endpoint, for: work, done: done, body) }
            }
            var last: ScaleOutError?
            while let end = await group.nextResult() {
                switch end {
                case .success(let error): last = error ?? last
                // One that was still being looked at when the others had done everything.
                case .failure where queue.isDone && !Task.isCancelled: break
                case .failure(let error): throw error
                }
                if queue.isDone { group.cancelAll() }
            }
            guard queue.isDone else {
                throw last ?? ScaleOutError(.serverUnavailable, "no server is named; see scaleout.endpoints")
            }
        }
        return queue.values
    }

    /// Lets one server work until everything is done, also what others give back.
    ///
    /// - Returns: Its last error when it failed too often.
    private func serve<Item: Sendable, Value: Sendable>(
        _ queue: WorkQueue<Item, Value>,
        by endpoint: Endpoint,
        for work: EndpointWork,
        done: @escaping @Sendable (Value) -> Void,
        _ body: @escaping @Sendable (ServerClient, String, Item) async throws -> Value
    ) async throws -> ScaleOutError? {
        var failures = 0
        while !queue.isDone {
            let hasResult = Flag()
            do {
                let model = try await endpoint.prepare(work)
                try await drain(queue) { item in
                    let value = try await Self.twice { try await body(endpoint.client, model, item) }
                    hasResult.raise()
                    done(value)
                    return value
                }
                while !queue.isDone, !queue.hasWaiting { try await Task.sleep(for: Self.idleInterval) }
            } catch let error as ScaleOutError where error.mayPass {
                try Task.checkCancellation()
                work.note("\(error)")
                await endpoint.suspect()
                failures = hasResult.isRaised ? 1 : failures + 1
                guard failures <= restarts else { return error }
                try await Task.sleep(for: .milliseconds(500 << min(failures - 1, 5)))
            }
        }
        return nil
    }

    /// Works on what waits, several items at once, until nothing waits or one of them fails.
    private func drain<Item: Sendable, Value: Sendable>(
        _ queue: WorkQueue<Item, Value>,
        _ body: @escaping @Sendable (Item) async throws -> Value
    ) async throws {
        let hasFailed = Flag()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    while !hasFailed.isRaised, let (index, item) = queue.next() {
                        do {
                            queue.finish(index, try await body(item))
                        } catch {
                            hasFailed.raise()
                            queue.giveBack(index)
                            throw error
                        }
                    }
                }
            }
            // What may pass lets the others finish what they work on; what may not ends them.
            var passing: ScaleOutError?
            while let result = await group.nextResult() {
                guard case .failure(let error) = result else { continue }
                guard let error = error as? ScaleOutError, error.mayPass else { throw error }
                passing = passing ?? error
            }
            if let passing { throw passing }
        }
    }
}

extension EndpointPool {
    /// A reply cut short is asked for once more before the server itself is suspected.
    private static func twice<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as ScaleOutError where error.code == .malformedReply {
            return try await body()
        }
    }
}

/// Tells all tasks of one server what one of them has seen.
private final class Flag: Sendable {
    private let state = Atomic<Bool>(false)

    var isRaised: Bool { state.load(ordering: .relaxed) }

    func raise() { state.store(true, ordering: .relaxed) }
}

/// What servers must be ready for in one call.
struct EndpointWork: Sendable {
    /// What the base model's probe is recorded under.
    let base: String
    /// The adapter to answer with; nil is the base model.
    let adapter: PublishedAdapter?
    /// The text that models are probed with if none was recorded.
    let probeTokens: [Int32]
    /// The round whose log our own server writes.
    let round: UInt32
    /// Called with what went wrong and is tried again.
    let note: @Sendable (String) -> Void
}
