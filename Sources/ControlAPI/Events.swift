public import Loop

/// An event on the wire.
///
/// The same as `RoundEvent`, but its kind is open: an older CLI shows what it does not know.
public struct EventItem: Hashable, Codable, Sendable {
    /// Its number; increases.
    public var id: Int
    /// When, ISO 8601 UTC.
    public var time: String
    /// The round it belongs to, if any.
    public var round: RoundID?
    /// The phase it belongs to, if any.
    public var phase: Phase?
    /// An `EventKind`, or a newer daemon's kind.
    public var kind: String
    /// One line in plain words.
    public var message: String

    /// Takes a journal event.
    public init(_ event: RoundEvent) {
        id = event.id
        time = event.time
        round = event.round
        phase = event.phase
        kind = event.kind.rawValue
        message = event.message
    }

    /// The kind if this version knows it.
    public var knownKind: EventKind? { EventKind(rawValue: kind) }
}

/// Progress on the wire: the loop's counts with the daemon's rate and estimate.
public struct ProgressItem: Hashable, Codable, Sendable {
    /// The round's number.
    public var round: RoundID
    /// The phase.
    public var phase: Phase
    /// Units done, of `totalCount`.
    public var doneCount: Int
    /// Units in the phase.
    public var totalCount: Int
    /// What a unit is: `candidates`, `sequences`, `steps`, `questions`.
    public var unit: String
    /// Tokens processed since the phase began (in this process).
    public var tokenCount: Int
    /// Recent rate; nil when there is none yet.
    public var tokensPerSecond: Double?
    /// Estimated seconds to the end of the phase; nil when unknown.
    public var secondsLeft: Double?
    /// Latest training loss, nats per token, in `finetune`.
    public var loss: Double?

    /// Joins the loop's counts with rate and estimate.
    public init(_ progress: Progress, tokensPerSecond: Double? = nil, secondsLeft: Double? = nil) {
        round = progress.round
        phase = progress.phase
        doneCount = progress.doneCount
        totalCount = progress.totalCount
        unit = progress.unit
        tokenCount = progress.tokenCount
        self.tokensPerSecond = tokensPerSecond
        self.secondsLeft = secondsLeft
        loss = progress.loss
    }
}

/// Which process numbers a stream's events, and whether the stream goes on where its reader was.
///
/// Numbers continue after a restart. After a backup has been restored they begin again below those that a
/// watcher has seen: the first event of the new epoch then has a number that the watcher knows from another
/// event. A journal can only be exchanged while no daemon runs, so that with it the epoch always changes.
public struct EpochItem: Hashable, Codable, Sendable {
    /// Names the process; another one after every start.
    public var epoch: String
    /// The number of the first event that the process has recorded, or will record.
    public var firstEvent: Int
    /// The number after which the stream starts over, if the event that the reader named is not in this
    /// journal.
    ///
    /// Another journal is in its place, or an older copy was put back. Nil if it goes on after that event, and
    /// from an older daemon.
    public var restartedAfter: Int?
    /// The number up to which older events were removed (`storage.keepEvents`); nil if none were.
    public var removedThrough: Int?

    /// Memberwise.
    public init(epoch: String, firstEvent: Int, restartedAfter: Int? = nil, removedThrough: Int? = nil) {
        self.epoch = epoch
        self.firstEvent = firstEvent
        self.restartedAfter = restartedAfter
        self.removedThrough = removedThrough
    }

    /// How many events a watcher has missed for good, because they were removed before it came for them.
    ///
    /// - Parameter last: The last number that it has seen.
    /// - Returns: The count.
    public func lostCount(after last: Int) -> Int { max(0, (removedThrough ?? 0) - max(0, last)) }

    /// Whether a watcher that has seen events up to a number has seen them in another journal than this one.
    ///
    /// - Parameters:
    ///   - last: The last number that the watcher has seen.
    ///   - known: The epoch of that number; nil if it knows none.
    /// - Returns: False within the same epoch.
    public func hasRestarted(after last: Int, in known: String?) -> Bool {
        guard let known else { return false }
        return known != epoch && firstEvent <= last
    }
}

/// Why a stream ends though the daemon goes on: its reader fell too far behind.
public struct LaggedItem: Hashable, Codable, Sendable {
    /// The number of the last event that was sent, 0 if there was none; connect again with it.
    public var lastEvent: Int

    /// Memberwise.
    public init(lastEvent: Int) { self.lastEvent = lastEvent }
}

/// One block of `GET /v1/events`, as it is on the wire.
///
/// The first one is named `epoch` (`EpochItem`), without id. An event has `id` and the kind as its name with
/// an `EventItem` as data. Between them come blocks named `progress` without id (`ProgressItem`). The last
/// block before the daemon closes the stream is named `shutdown`, or `lagged` (`LaggedItem`) if the reader
/// was too slow.
public struct ServerSentEvent: Hashable, Sendable {
    /// Name of the first block.
    public static let epochName = "epoch"
    /// Name of progress blocks.
    public static let progressName = "progress"
    /// Name of the last block before the daemon stops; its data is `{}`.
    public static let shutdownName = "shutdown"
    /// Name of the last block for a reader that fell too far behind.
    public static let laggedName = "lagged"
    /// The last block before the daemon stops.
    public static let shutdown = ServerSentEvent(id: nil, name: shutdownName, data: "{}")
    /// The comment that keeps an idle stream alive.
    public static let heartbeat = ": heartbeat\n\n"
    /// First line of a stream: how long a client waits before it connects again, in milliseconds.
    public static let retryLine = "retry: 2000\n\n"

    /// The event's number; nil for blocks that are not replayed.
    public var id: Int?
    /// The block's name.
    public var name: String
    /// One line of JSON.
    public var data: String

    /// A block from its parts.
    public init(id: Int?, name: String, data: String) {
        self.id = id
        self.name = name
        self.data = data
    }

    /// The block for an event.
    public init(_ event: EventItem) throws {
        let data = try ControlCoding.encode(event)
        self.init(id: event.id, name: event.kind, data: String(decoding: data, as: UTF8.self))
    }

    /// The block that a stream begins with.
    public init(_ epoch: EpochItem) throws {
        let data = try ControlCoding.encode(epoch)
        self.init(id: nil, name: ServerSentEvent.epochName, data: String(decoding: data, as: UTF8.self))
    }

    /// The last block for a reader that fell too far behind.
    public init(_ lagged: LaggedItem) throws {
        let data = try ControlCoding.encode(lagged)
        self.init(id: nil, name: ServerSentEvent.laggedName, data: String(decoding: data, as: UTF8.self))
    }

    /// The block for progress.
    public init(_ progress: ProgressItem) throws {
        let data = try ControlCoding.encode(progress)
        self.init(id: nil, name: ServerSentEvent.progressName, data: String(decoding: data, as: UTF8.self))
    }

    /// The block's text with its final empty line.
    public var text: String {
        let id = id.map { "id: \($0)\n" } ?? ""
        return "\(id)event: \(name)\ndata: \(data)\n\n"
    }
}
