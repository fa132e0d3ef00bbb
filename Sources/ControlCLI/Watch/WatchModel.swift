package import ControlAPI
import Loop

/// What `watch` knows at a moment; pure, so that its picture can be tested.
package struct WatchModel: Sendable {
    /// The last status.
    package var status: StatusReply?
    /// Progress of the running phase.
    package var progress: ProgressItem?
    /// The newest events, oldest first.
    package var events: [EventItem] = []
    /// The number of the last event seen; a new connection asks for the ones after it.
    package var lastEventID: Int?
    /// Why there is no connection; nil while there is one.
    package var lostReason: String?

    private static let eventLimit = 200

    package init() {}

    /// Takes a status and returns the events it brought, in order.
    ///
    /// All events of the first status, none of later ones,
    /// because the stream replays them.
    package mutating func take(_ reply: StatusReply) -> [EventItem] {
        lostReason = nil
        status = reply
        progress = reply.progress
        guard lastEventID == nil else { return [] }
        lastEventID = reply.events.map(\.id).max() ?? 0
        events = reply.events
        return reply.events
    }

    /// Takes an event; false when it has been seen already.
    package mutating func take(_ event: EventItem) -> Bool {
        if let lastEventID, event.id <= lastEventID { return false }
        lastEventID = event.id
        events = (events + [event]).suffix(Self.eventLimit)
        switch event.knownKind {
        case .roundStarted:
            status?.round = event.round
            status?.phase = .generate
            progress = nil
        case .phaseFinished:
            status?.phase = event.phase?.next
            progress = nil
        case .roundEnded, .completed, .plateau, .rolledBack:
            progress = nil
        default: break
        }
        return true
    }

    /// Notes that numbers begin again: a backup was restored, and what comes has not been seen.
    package mutating func restart(after number: Int) {
        lastEventID = min(lastEventID ?? .max, number)
        progress = nil
    }

    /// Takes progress.
    package mutating func take(_ item: ProgressItem) {
        progress = item
        status?.round = item.round
        status?.phase = item.phase
    }
}

extension Renderer {
    /// The picture that `watch` draws in place: no line is wider than the terminal.
    package func picture(_ model: WatchModel, socketPath: String, height: Int) -> [String] {
        guard let status = model.status else {
            return ["waiting for the daemon on \(socketPath)".cut(to: width)]
        }
        var lines = [header(status).cut(to: width)]
        if let reason = model.lostReason {
            lines.append(paint("waiting for the daemon: \(reason)".cut(to: width), .accent))
        } else {
            lines.append(stateLine(status))
            if let progress = model.progress { lines.append(progressLine(progress)) }
        }
        // What does not change from second to second only if there is room for some events too.
        let facts = self.facts(status)
        if height >= lines.count + facts.count + 8 { lines += facts }
        let room = max(1, height - lines.count - 2)
        lines.append("")
        lines += model.events.suffix(min(room, 15)).map { event($0, width: width) }
        return lines
    }

    /// Trend, gain over the base model, disk and memory, each on one line at most.
    private func facts(_ status: StatusReply) -> [String] {
        let current = status.currentCheckpoint
        var lines: [String] = []
        if current.id != .base,
            let gain = Words.gains(current.evaluations, over: status.baseEvaluations).first
        {
            lines += field("gain", [gain]).prefix(1)
        }
        if let shares = status.gateTrend { lines += trend(shares).prefix(1) }
        let machine = [
            status.freeByteCount.map { "disk \(Format.bytes($0)) free" },
            status.residentByteCount.map { "memory \(Format.bytes($0))" },
        ].compactMap { $0 }
        if !machine.isEmpty { lines += field("machine", machine).prefix(1) }
        return lines
    }

    /// Model, checkpoint and scores on one line.
    package func header(_ status: StatusReply) -> String {
        let current = status.currentCheckpoint
        var parts = [status.model?.name ?? "no model yet", Words.checkpoint(current)]
        parts += Words.scores(current.evaluations).prefix(1)
        if current.id != .base, let base = Words.scores(status.baseEvaluations).first {
            parts.append("base \(base)")
        }
        return parts.joined(separator: " · ")
    }

    private func stateLine(_ status: StatusReply) -> String {
        var text = ""
        if let round = status.round {
            text += " · round \(round)" + (status.targetRoundCount.map { " of \($0)" } ?? "")
            text += status.phase.map { " · \($0.rawValue)" } ?? ""
        } else {
            text += " · \(Words.plural(status.finishedRoundCount, "round")) finished"
        }
        if let detail = status.detail { text += " · \(detail.onOneLine)" }
        let state = status.state.rawValue
        return paint(state, Words.style(of: status.state)) + text.cut(to: width.map { $0 - state.count })
    }

    private func progressLine(_ progress: ProgressItem) -> String {
        let text = progressParts(progress, barCells: 0).joined(separator: " · ")
        // Room for the longest usual text, so that the bar keeps its length while numbers grow.
        let cells = width.map { max(10, min(40, $0 - 64)) } ?? 20
        let share = progress.totalCount > 0 ? Double(progress.doneCount) / Double(progress.totalCount) : 0
        return "\(Renderer.bar(share, cells: cells))  \(text)".cut(to: width)
    }

    /// Progress as a line of a log.
    package func progressLog(_ progress: ProgressItem) -> String {
        "round \(progress.round) \(progress.phase.rawValue): "
            + progressParts(progress, barCells: 0).joined(separator: ", ")
    }
}
