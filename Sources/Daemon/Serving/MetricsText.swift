import ControlAPI
import Loop
import Store

/// Numbers in Prometheus's text format, version 0.0.4.
///
/// Labels have only a few values (phases, outcomes, reasons), never a round or a question.
package struct MetricsText {
    private var lines: [String] = []

    /// The whole text.
    package var text: String { lines.joined(separator: "\n") + "\n" }

    /// Writes a reading.
    package init(_ reading: MetricsReading) {
        addLoop(reading)
        addCheckpoint(reading)
        if let round = reading.lastRound { addRound(round) }
        addPhase(reading)
        addProcess(reading)
    }

    private mutating func addLoop(_ reading: MetricsReading) {
        let totals = reading.totals
        let versions = [("version", reading.version), ("model", reading.model)]
        add("info", "Version and model; always 1.", [(versions, 1)])
        add("loop_state", "1 for the loop's current state.", [([("state", reading.state.rawValue)], 1)])
        add("rounds_total", "Rounds that ended, by outcome.", "outcome", totals.roundCounts)
        add("candidates_total", "Candidates generated.", Double(totals.candidateCount))
        add("generated_tokens_total", "Tokens sampled for candidates.", Double(totals.generatedTokenCount))
        add("trained_tokens_total", "Tokens run through fine-tuning.", Double(totals.trainedTokenCount))
        add("questions", "Questions in use, by split.", "split", totals.questionCounts)
        add("retired_questions", "Questions out of use, by split.", "split", totals.retiredCounts)
        add("rejection_streak", "Rejections in a row.", Double(reading.rejectionStreak))
        add("last_event", "Number of the newest event.", Double(totals.lastEvent))
    }

    private mutating func addCheckpoint(_ reading: MetricsReading) {
        let current = reading.current.evaluations
        func samples(_ evaluations: [EvaluationSummary], _ value: (Accuracy) -> Double) -> [Sample] {
            evaluations.map { ([("split", $0.split.rawValue)], value($0.accuracy)) }
        }
        add("checkpoint", "Number of the current checkpoint.", Double(reading.current.id.rawValue))
        add("accuracy", "Accuracy of the current checkpoint, 0 to 1.", samples(current, \.share))
        add("accuracy_lower", "Lower end of its 95 % interval.", samples(current, \.lower))
        add("accuracy_upper", "Upper end of its 95 % interval.", samples(current, \.upper))
        add(
            "base_accuracy",
            "Accuracy of the base model, 0 to 1.",
            samples(reading.baseEvaluations, \.share)
        )
    }

    private mutating func addRound(_ round: RoundRecord) {
        let report = round.report
        add("last_round", "Number of the last round that ended.", Double(round.id.rawValue))
        add(
            "phase_seconds",
            "Seconds per phase of the last round.",
            Phase.allCases.map { ([("phase", $0.rawValue)], report.secondsPerPhase[$0.rawValue]) }
        )
        if let counts = report.dropCounts {
            add(
                "dropped_candidates",
                "Candidates the last round dropped, by reason.",
                // Ours always, so that a graph has no gaps; a filter of another version's when it has dropped
                // something.
                (VerdictReason.allCases.filter { $0 != .selected }.map(\.rawValue)
                    + counts.keys.filter { VerdictReason(rawValue: $0).isOfAnotherVersion }.sorted())
                    .map { ([("reason", $0)], Double(counts[$0] ?? 0)) }
            )
        }
        add(
            "selected_candidates",
            "Candidates the last round selected.",
            report.selectedCount.map(Double.init)
        )
        // No label "quantile": in Prometheus that belongs to summaries, which these are not.
        let percentiles = ["0", "10", "25", "50", "75", "90", "100"]
        add(
            "ds_weight",
            "DS weight of the last round, by percentile.",
            zip(percentiles, report.dsWeightQuantiles ?? []).map { ([("percentile", $0)], $1) }
        )
        add("cut_ds_weight", "Largest DS weight the last round kept.", report.cutDSWeight)
        add(
            "filter_cut",
            "Where the filters of the last round cut, by filter.",
            (report.filterCuts ?? [:]).sorted { $0.key < $1.key }.map { ([("filter", $0.key)], $0.value) }
        )
        add(
            "headroom",
            "Accuracy of the vote minus that of the greedy answer in the last round, -1 to 1.",
            report.headroom?.lead
        )
        add(
            "paraphrases",
            "Paraphrases that the model wrote of its questions in the last round, by what became of them.",
            report.paraphrases.map { found in
                [([("result", "kept")], Double(found.keptCount))]
                    + found.refusals.sorted { $0.key < $1.key }.map {
                        ([("result", $0.key)], Double($0.value))
                    }
            } ?? []
        )
        add("mean_valid_loss", "Mean loss of the valid set, nats per token.", report.meanValidLoss)
        add(
            "stop_rate",
            "Share of gate answers of the last round that ended before the token limit; chats alone.",
            [
                ([("checkpoint", "incumbent")], report.gate?.stopRateBefore),
                ([("checkpoint", "new")], report.gate?.stopRateAfter),
            ]
        )
        add(
            "contender_accuracy",
            "Accuracy of the last round's adapters on the valid set, which chose one of them.",
            (report.contenders ?? []).map { ([("contender", $0.name)], $0.valid.share) }
        )
        add(
            "contender_loss",
            "Mean loss of the last round's adapters on the valid set, nats per token.",
            (report.contenders ?? []).map { ([("contender", $0.name)], $0.meanLoss) }
        )
        add(
            "contender_chosen",
            "1 for the adapter that went to the gate, 0 for the others of the last round.",
            (report.contenders ?? []).map { ([("contender", $0.name)], $0.isChosen ? 1 : 0) }
        )
        add("answer_entropy", "Mean normalised answer entropy of the last round.", report.meanEntropy)
    }

    private mutating func addPhase(_ reading: MetricsReading) {
        if let open = reading.openRound {
            add("round", "Number of the round that runs.", Double(open.id.rawValue))
            let label = [("phase", open.phase.rawValue)]
            add("phase", "1 for the phase that runs or would run next.", [(label, 1)])
        }
        if let progress = reading.progress {
            let labels = [("phase", progress.phase.rawValue), ("unit", progress.unit)]
            let (done, all) = (progress.doneCount, progress.totalCount)
            add("progress_done", "Units done of the running phase.", [(labels, Double(done))])
            add("progress_units", "Units of the running phase.", [(labels, Double(all))])
            add("queue", "Units left in the running phase.", [(labels, Double(all - done))])
            add("progress_seconds_left", "Estimated time to the end of the phase.", progress.secondsLeft)
            add("tokens_per_second", "Tokens per second in the running phase.", progress.tokensPerSecond)
        }
        add(
            "waiting_calls",
            "Calls that wait for the engine, such as people's questions.",
            Double(reading.waitingCallCount)
        )
        add(
            "progress_signs_total",
            "Signs of progress; does not change while nothing moves.",
            Double(reading.progressSignCount)
        )
    }

    private mutating func addProcess(_ reading: MetricsReading) {
        add("uptime_seconds", "Time since the daemon started.", reading.uptimeSeconds)
        add("resident_bytes", "Resident memory of the daemon.", reading.residentByteCount.map(Double.init))
        add("disk_free_bytes", "Free space of the state directory.", Double(reading.space.freeByteCount))
        add(
            "disk_reserve_bytes",
            "Free space below which the loop waits (storage.reserve).",
            Double(reading.space.reservedByteCount)
        )
    }

    private typealias Sample = (labels: [(String, String)], value: Double?)

    /// Adds one metric with its samples.
    ///
    /// - Parameters:
    ///   - name: Its name without the prefix; a counter ends in `_total`.
    ///   - help: One line about it.
    ///   - samples: Labels and values; values that are not there are left out.
    private mutating func add(_ name: String, _ help: String, _ samples: [Sample]) {
        let present = samples.compactMap { sample in sample.value.map { (sample.labels, $0) } }
        guard !present.isEmpty else { return }
        let name = "autodidact_" + name
        lines.append("# HELP \(name) \(help)")
        lines.append("# TYPE \(name) \(name.hasSuffix("_total") ? "counter" : "gauge")")
        for (labels, value) in present {
            let list = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            lines.append("\(name)\(list.isEmpty ? "" : "{\(list)}") \(Self.shown(value))")
        }
    }

    /// Adds one metric without labels.
    private mutating func add(_ name: String, _ help: String, _ value: Double?) {
        add(name, help, [([], value)])
    }

    /// Adds counts under one label, in order of its values.
    private mutating func add<Key: RawRepresentable<String> & Hashable>(
        _ name: String,
        _ help: String,
        _ label: String,
        _ counts: [Key: Int]
    ) {
        let samples = counts.sorted { $0.key.rawValue < $1.key.rawValue }
        add(name, help, samples.map { ([(label, $0.key.rawValue)], Double($0.value)) })
    }

    private static func shown(_ value: Double) -> String {
        value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
