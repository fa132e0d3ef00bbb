package import ControlAPI
import Foundation
import Loop
import Synchronization

/// Hands events and progress to watchers, without ever waiting for them.
///
/// A watcher whose queue is full is cut off: it connects again and replays the events it missed.
package final class EventHub: Sendable {
    /// What a watcher receives.
    package enum Item: Sendable {
        /// An event of the journal.
        case event(EventItem)
        /// How far the running phase is; not replayed.
        case progress(ProgressItem)
        /// A sign of life on an idle stream.
        case heartbeat
    }

    /// A watcher's queue.
    package struct Watch: AsyncSequence, Sendable {
        package typealias Element = Item
        package typealias Failure = Never

        /// What it receives; ends when it is cut off, and with the hub.
        package let items: AsyncStream<Item>
        fileprivate let lag: Lag

        /// Whether it was cut off because its reader did not keep up.
        package var hasLagged: Bool { lag.isSet.withLock { $0 } }

        package func makeAsyncIterator() -> AsyncStream<Item>.AsyncIterator { items.makeAsyncIterator() }
    }

    fileprivate final class Lag: Sendable {
        let isSet = Mutex(false)
    }

    private struct Watcher {
        let feed: AsyncStream<Item>.Continuation
        let lag: Lag
    }

    private struct State {
        var nextID = 0
        var isClosed = false
        var watchers: [Int: Watcher] = [:]
        var firstEvent: Int?
    }

    /// Names this process to watchers.
    package let epoch = UUID().uuidString

    private let state = Mutex(State())
    private let queueLength: Int
    private let watcherLimit: Int

    /// A hub without watchers.
    package init(queueLength: Int = 256, watcherLimit: Int = 16) {
        self.queueLength = queueLength
        self.watcherLimit = watcherLimit
    }

    /// How many watchers there are.
    package var watcherCount: Int { state.withLock { $0.watchers.count } }

    /// The number of the first event that went through; nil before it.
    package var firstEvent: Int? { state.withLock { $0.firstEvent } }

    /// A new watcher's queue from now on; nil when there are too many already or the hub is closed.
    ///
    /// - Parameter handOut: Takes a function that ends the queue, for the code that first notices that the
    ///   watcher is gone.
    /// - Returns: The queue.
    package func watch(
        endedBy handOut: ((@escaping @Sendable () -> Void) -> Void)? = nil
    ) -> Watch? {
        let lag = Lag()
        let (stream, continuation) = AsyncStream.makeStream(
            of: Item.self,
            bufferingPolicy: .bufferingOldest(queueLength)
        )
        let id: Int? = state.withLock { state in
            guard state.watchers.count < watcherLimit, !state.isClosed else { return nil }
            state.nextID += 1
            state.watchers[state.nextID] = Watcher(feed: continuation, lag: lag)
            return state.nextID
        }
        guard let id else { return nil }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.watchers.removeValue(forKey: id) }
        }
        handOut? { continuation.finish() }
        return Watch(items: stream, lag: lag)
    }

    /// Hands an item to every watcher and cuts off those that do not keep up.
    package func send(_ item: Item) {
        let watchers = state.withLock { state in
            if case .event(let event) = item, state.firstEvent == nil { state.firstEvent = event.id }
            return Array(state.watchers.values)
        }
        for watcher in watchers {
            guard case .dropped = watcher.feed.yield(item) else { continue }
            // Before the end, so that whoever sees the end sees why.
            watcher.lag.isSet.withLock { $0 = true }
            watcher.feed.finish()
        }
    }

    /// Ends every stream.
    package func close() {
        let watchers = state.withLock { state in
            state.isClosed = true
            return Array(state.watchers.values)
        }
        for watcher in watchers { watcher.feed.finish() }
    }
}
