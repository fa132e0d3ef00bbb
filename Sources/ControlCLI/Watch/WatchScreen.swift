import ControlAPI
import Foundation

/// Where `watch` shows things: a picture drawn in place, lines of text, or lines of JSON.
struct WatchScreen {
    private let session: Session
    private let isDrawn: Bool
    private var drawnLineCount = 0
    private var lastPicture: [String] = []
    private var lastProgressLine: ContinuousClock.Instant?

    init(session: Session) {
        self.session = session
        isDrawn = !session.isJSON && session.terminal().width != nil && session.environment["TERM"] != "dumb"
    }

    func status(_ reply: StatusReply, isNew: Bool, events: [EventItem]) throws {
        if session.isJSON {
            if isNew { try session.showJSON(WatchLine(type: "status", status: reply)) }
            return
        }
        guard !isDrawn, isNew else { return }
        session.write(session.renderer.header(reply) + "\n")
        let open = reply.round
        for item in events where item.round == open && open != nil { try event(item) }
    }

    func event(_ event: EventItem) throws {
        if session.isJSON { return try session.showJSON(WatchLine(type: "event", event: event)) }
        if !isDrawn { session.write(session.renderer.event(event, width: nil) + "\n") }
    }

    mutating func progress(_ item: ProgressItem) throws {
        if session.isJSON { return try session.showJSON(WatchLine(type: "progress", progress: item)) }
        guard !isDrawn else { return }
        let now = ContinuousClock.now
        if let last = lastProgressLine, now - last < .seconds(5) { return }
        lastProgressLine = now
        let clock = Format.clock(Date.now.formatted(.iso8601))
        session.write("\(clock)  \(session.renderer.progressLog(item))\n")
    }

    func lost(_ problem: Problem, socketPath: String) {
        guard !isDrawn else { return }
        session.warn("waiting for the daemon on \(socketPath): \(problem.detail)\n")
    }

    func restarted(after number: Int) {
        guard !isDrawn else { return }
        session.warn("the daemon's journal is another one, or an older copy: events go on after \(number)\n")
    }

    /// Says that there are events that nobody can see any more.
    func removed(_ count: Int) {
        guard !isDrawn else { return }
        let what = count == 1 ? "1 older event was" : "\(count) older events were"
        session.warn("\(what) removed from the journal (storage.keepEvents)\n")
    }

    /// Draws the picture over the last one, when it has changed.
    mutating func draw(_ model: WatchModel) {
        guard isDrawn else { return }
        let terminal = session.terminal()
        let lines = session.renderer.picture(
            model,
            socketPath: session.client.socketPath,
            height: terminal.height ?? 24
        )
        guard lines != lastPicture else { return }
        // Up to the first line, then each line with the rest of its row erased, then everything below.
        let up = drawnLineCount > 0 ? "\u{1B}[\(drawnLineCount)A" : ""
        session.write("\r\(up)" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
        drawnLineCount = lines.count
        lastPicture = lines
    }

    /// Leaves the last picture on the screen.
    mutating func close(_ model: WatchModel) { draw(model) }
}

/// One line of `watch --json`.
struct WatchLine: ControlReply {
    var schemaVersion = ControlVersion.schema
    /// `status` (after each connection), `event` or `progress`; names the field that is filled.
    var type: String
    var status: StatusReply?
    var event: EventItem?
    var progress: ProgressItem?
}
