import ControlAPI
import HTTPTypes
import Hummingbird
import Loop
import NIOCore
import ServiceLifecycle
import Store

/// `GET /v1/events`: first what the watcher missed, then what happens.
enum EventStream {
    /// Missed events that are read and sent at once.
    private static let pageSize = 500

    /// The reply.
    ///
    /// - Parameters:
    ///   - after: Replay events after this number; nil begins now.
    ///   - time: When that event was, as the reader saw it; nil if it does not say.
    ///   - control: The daemon.
    ///   - channel: The watcher's connection.
    /// - Returns: A stream that ends with the daemon, with the connection, or when its reader is too slow.
    /// - Throws: `Problem` when there are too many streams; `StoreError`.
    static func response(
        after: Int?,
        at time: String? = nil,
        _ control: Control,
        _ channel: any Channel
    ) async throws -> Response {
        // Watch first, then replay: nothing can fall between the two.
        let stream = control.parts.hub.watch { end in channel.closeFuture.whenComplete { _ in end() } }
        guard let stream else {
            throw Problem(.busy, "too many event streams are open", hint: "close one", retryAfterSeconds: 10)
        }
        // Page by page: the events of months would take long to read, and much memory, before the first is
        // sent. The first page is read here, so that a journal that cannot be read is a problem and not a
        // stream that breaks off.
        let store = control.parts.store
        let newest = try await store.lastEvents(1).last?.id ?? 0
        let firstEvent = control.parts.hub.firstEvent ?? newest + 1
        let restartedAfter =
            if let after { try await restart(of: after, time, newest, firstEvent, store) } else { Int?.none }
        let removed = try await store.lastRemovedEvent()
        let epoch = EpochItem(
            epoch: control.parts.hub.epoch,
            firstEvent: firstEvent,
            restartedAfter: restartedAfter,
            removedThrough: removed > 0 ? removed : nil
        )
        let start = restartedAfter ?? after
        let first =
            if let start { try await store.events(after: start, limit: pageSize) } else { [RoundEvent]() }
        return response { writer in
            try await writer.write(
                ByteBuffer(string: ServerSentEvent.retryLine + (try ServerSentEvent(epoch).text))
            )
            var lastID = start ?? 0
            var missed = first
            while let last = missed.last?.id {
                let text = try missed.map { try ServerSentEvent(EventItem($0)).text }.joined()
                try await writer.write(ByteBuffer(string: text))
                lastID = last
                missed = missed.count < pageSize ? [] : try await store.events(after: last, limit: pageSize)
            }
            for await item in stream.items.cancelOnGracefulShutdown() {
                let text: String
                switch item {
                case .event(let event):
                    guard event.id > lastID else { continue }
                    lastID = event.id
                    text = try ServerSentEvent(event).text
                case .progress(let progress): text = try ServerSentEvent(progress).text
                case .heartbeat: text = ServerSentEvent.heartbeat
                }
                try await writer.write(ByteBuffer(string: text))
            }
            // Cut off or stopped: the one connects again at once, the other waits for a daemon.
            let last =
                stream.hasLagged
                ? try ServerSentEvent(LaggedItem(lastEvent: lastID)) : ServerSentEvent.shutdown
            try await writer.write(ByteBuffer(string: last.text))
            try await writer.finish(nil)
        }
    }

    /// The number after which a watcher starts over, if what it has seen last is not in this journal; nil if
    /// it goes on.
    private static func restart(
        of after: Int,
        _ time: String?,
        _ newest: Int,
        _ firstEvent: Int,
        _ store: JournalStore
    ) async throws -> Int? {
        // What this process has recorded is new to it in any case.
        if let time {
            return try await store.divergence(after: after, at: time).map { min($0, firstEvent - 1) }
        }
        // Without a time only a number that is not there yet shows that it is of another journal.
        return after > newest ? firstEvent - 1 : nil
    }

    /// A stream's head with what writes the rest.
    static func response(
        _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: ControlHeader.eventStream, .cacheControl: "no-store"],
            body: ResponseBody(write)
        )
    }
}
