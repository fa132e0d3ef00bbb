import Synchronization

/// Spreads work over servers: whoever is free takes the next item, and what a failing server had in hand goes to
/// another one, or to itself once it is back.
///
/// A result depends on its item alone, never on the server or what shares a batch there, as far as the server promises.
struct EndpointPool: Sendable {
    /// The servers.
    let endpoints: [Endpoint]
    /// Items at once per server.
    let inFlight: Int
    /// Times that a server may fail in one call.
    let restarts: Int

    /// Runs a body for each item.
    ///
    /// - Parameters:
    ///   - items: The work.
    ///   - work: What adapter each server must have active, and the round in whose log it writes.
    ///   - done: Called with each result, in no order.
    ///   - body: Gets the server's client, the model's name there, and the item.
    /// - Returns: The results in order of items.
    /// - Throws: What the body throws unless it may pass; else the last error once every server has failed too often.
    func map<Item: Sendable, Value: Sendable>(
        _ items: [Item],
        for work: EndpointWork,
        done: @escaping @Sendable (Value) -> Void,
        _ body: @escaping @Sendable (ServerClient, String, Item) async throws -> Value
    ) async throws -> [Value] {
        let queue = WorkQueue<Item, Value>(items)
        var left = endpoints
        var last: (any Error)?
        while !queue.isDone {
            guard !left.isEmpty else {
                throw last ?? ScaleOutError(.serverUnavailable, "no server is named; see scaleout.endpoints")
            }
            let failed = try await withThrowingTaskGroup(of: (String, ScaleOutError)?.self) { group in
                for endpoint in left {
                    group.addTask { try await serve(queue, by: endpoint, for: work, done: done, body) }
                }
                var failed: [String: ScaleOutError] = [:]
                while let end = try await group.next() {
                    if let (address, error) = end { failed[address] = error }
                }
                return failed
            }
            last = failed.values.first ?? last
            left.removeAll { failed[$0.address] != nil }
        }
        return queue.values
    }

    /// Lets one server work until nothing waits any more.
    ///
    /// - Returns: Its address and last error when it failed too often.
    private func serve<Item: Sendable, Value: Sendable>(
        _ queue: WorkQueue<Item, Value>,
        by endpoint: Endpoint,
        for work: EndpointWork,
        done: @escaping @Sendable (Value) -> Void,
        _ body: @escaping @Sendable (ServerClient, String, Item) async throws -> Value
    ) async throws -> (String, ScaleOutError)? {
        for attempt in 0... {
            do {
                let model = try await endpoint.prepare(work)
                let client = endpoint.client
                let hasFailed = Flag()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<inFlight {
                        group.addTask {
                            while !hasFailed.isRaised, let (index, item) = queue.next() {
                                do {
                                    let value = try await Self.twice { try await body(client, model, item) }
                                    queue.finish(index, value)
                                    done(value)
                                } catch {
                                    hasFailed.raise()
                                    queue.giveBack(index)
                                    throw error
                                }
                            }
                        }
                    }
                    // What may pass lets the others finish what they have in hand; what may not ends them.
                    var passing: ScaleOutError?
                    while let result = await group.nextResult() {
                        guard case .failure(let error) = result else { continue }
                        guard let error = error as? ScaleOutError, error.mayPass else { throw error }
                        passing = passing ?? error
                    }
                    if let passing { throw passing }
                }
                return nil
            } catch let error as ScaleOutError where error.mayPass {
                try Task.checkCancellation()
                work.note("\(error)")
                await endpoint.suspect()
                if queue.isDone { return nil }
                guard attempt < restarts else { return (endpoint.address, error) }
                try await Task.sleep(for: .milliseconds(500 << min(attempt, 5)))
            }
        }
        return nil
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

/// Says to all who work for one server that it has failed one of them.
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
    /// The text that models are probed with, where none was recorded.
    let probeTokens: [Int32]
    /// The round whose log the own server writes.
    let round: UInt32
    /// Told what went wrong and is tried again.
    let note: @Sendable (String) -> Void
}
