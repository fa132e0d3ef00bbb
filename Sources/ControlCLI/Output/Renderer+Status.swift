package import ControlAPI
import Loop

extension Renderer {
    /// What `status` shows.
    package func status(_ reply: StatusReply) -> [String] {
        var lines = field("state", stateParts(reply))
        if let wait = waitsFor(reply) { lines += paragraph("waits for", wait) }
        if let stop = reply.stopReason {
            lines += paragraph("stopped", stop + (reply.stopAdvice.map { ": \($0)" } ?? ""))
        }
        if let progress = reply.progress { lines += field("progress", progressParts(progress)) }
        if let model = reply.model {
            lines += field(
                "model",
                [
                    model.name,
                    "\(model.architecture), \(Format.number(Double(model.parameterCount) / 1e6, decimals: 1)) M parameters",
                    "\(model.precision) on \(model.instructionSet)"
                        + (model.threadCount > 0 ? ", \(Words.plural(model.threadCount, "thread"))" : ""),
                ]
            )
        }
        if let format = reply.promptFormat, format != "plain" { lines += field("prompts", [format]) }
        let current = reply.currentCheckpoint
        lines += field("current", [Words.checkpoint(current)] + Words.scores(current.evaluations))
        if current.id != .base, !reply.baseEvaluations.isEmpty {
            lines += field("base model", Words.scores(reply.baseEvaluations))
            let gains = Words.gains(current.evaluations, over: reply.baseEvaluations)
            if !gains.isEmpty { lines += field("gain", gains) }
        }
        if let shares = reply.gateTrend { lines += trend(shares) }
        let target = reply.targetRoundCount.map { " of \($0)" } ?? ""
        lines += field("rounds", ["\(reply.finishedRoundCount)\(target) finished"])
        if let counts = reply.questionCounts {
            let retired = (reply.retiredCounts ?? [:]).values.reduce(0, +)
            lines += field(
                "questions",
                Words.counts(counts) + (retired > 0 ? ["\(Format.count(retired)) retired"] : [])
            )
        }
        let free = reply.freeByteCount.map { "\(Format.bytes($0)) free" }
        lines += field("files", [reply.stateDirectory, free].compactMap { $0 })
        let memory = reply.residentByteCount.map { "memory \(Format.bytes($0))" }
        let facts = [
            "version \(reply.version)", "process \(reply.pid)", "up \(Format.duration(reply.uptimeSeconds))",
        ]
        lines += field("daemon", facts + [memory].compactMap { $0 })
        if !reply.events.isEmpty {
            lines += ["", paint("latest events (UTC)", .dim)]
            lines += reply.events.map { "  " + event($0, width: width.map { $0 - 2 }) }
        }
        return lines
    }

    /// What the loop waits for; nil while it works.
    private func waitsFor(_ reply: StatusReply) -> String? {
        switch reply.state {
        case .starting: reply.detail ?? "the model to be loaded"
        case .paused: reply.detail ?? "a person: \"autodidact resume\" lets it continue"
        case .plateau, .completed, .waiting: reply.detail
        case .stopping: reply.detail ?? "the work since the last save to be written"
        default: nil
        }
    }

    /// The current checkpoint's accuracy on the gate after each of the last rounds, lowest to highest as ▁ to
    /// █.
    func trend(_ shares: [Double]) -> [String] {
        guard shares.count > 1, let low = shares.min(), let high = shares.max() else { return [] }
        let chart = shares.map { share in
            Renderer.levels[high > low ? Int(((share - low) / (high - low) * 7).rounded()) : 3]
        }
        return field(
            "trend",
            [
                String(chart), "gate \(Format.percent(shares.first)) → \(Format.percent(shares.last))",
                "last \(Words.plural(shares.count, "round"))",
            ]
        )
    }

    private func stateParts(_ reply: StatusReply) -> [Cell] {
        var parts = [Cell(reply.state.rawValue, Words.style(of: reply.state))]
        if let round = reply.round {
            parts.append(Cell("round \(round)" + (reply.phase.map { ", \($0.rawValue)" } ?? "")))
        }
        if let detail = reply.detail, waitsFor(reply) == nil { parts.append(Cell(detail.onOneLine)) }
        return parts
    }

    /// Bar, counts, rate, loss and time left.
    func progressParts(_ progress: ProgressItem, barCells: Int = 20) -> [String] {
        let share = progress.totalCount > 0 ? Double(progress.doneCount) / Double(progress.totalCount) : 0
        let counts =
            "\(Format.count(progress.doneCount)) / \(Format.count(progress.totalCount)) \(progress.unit)"
        let bar = barCells > 0 ? Renderer.bar(share, cells: barCells) + "  " : ""
        var parts = ["\(bar)\(counts)", Format.percent(share)]
        if let loss = progress.loss { parts.append("loss \(Format.number(loss, decimals: 3))") }
        if let rate = progress.tokensPerSecond { parts.append(Format.rate(rate)) }
        if let left = progress.secondsLeft { parts.append("\(Format.duration(left)) left") }
        return parts
    }

    /// One event on one line.
    package func event(_ event: EventItem, width: Int?) -> String {
        let message = event.message.onOneLine
        let prefix = event.round.map { message.hasPrefix("round") ? "" : "round \($0)  " } ?? ""
        let text = (prefix + (message.isEmpty ? event.kind : message)).cut(to: width.map { $0 - 10 })
        let style: Style =
            switch event.knownKind {
            case .roundPromoted: .good
            case .roundRejected, .phaseFailed, .checkpointCorrupt: .bad
            case .warning, .paused, .plateau, .rolledBack, .escalated: .accent
            default: .plain
            }
        return paint(Format.clock(event.time), .dim) + "  " + paint(text, style)
    }
}
