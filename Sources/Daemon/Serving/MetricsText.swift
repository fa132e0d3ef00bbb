import ControlAPI
import Foundation
import Loop
import Store

/// The daemon's numbers in Prometheus's text format, version 0.0.4.
struct MetricsText {
    private var lines: [String] = []

    /// The whole text.
    var text: String { lines.joined(separator: "\n") + "\n" }

    /// Adds one metric with its samples.
    ///
    /// - Parameters:
    ///   - name: Its name without the prefix; a counter ends in `_total`.
    ///   - help: One line about it.
    ///   - samples: Labels and values; values that are not there are left out.
    mutating func add(
        _ name: String,
        _ help: String,
        _ samples: [(labels: [(String, String)], value: Double?)]
    ) {
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
    mutating func add(_ name: String, _ help: String, _ value: Double?) { add(name, help, [([], value)]) }

    private static func shown(_ value: Double) -> String {
        value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

extension Control {
    /// Everything worth watching, for Prometheus.
    func metrics() async throws -> String {
        let store = parts.store
        let totals = try await store.totals()
        let situation = await parts.loop.situation
        let current = try await store.currentCheckpoint()
        let last = try await store.lastFinishedRounds(1).last
        var text = MetricsText()
        text.add(
            "info",
            "What runs; always 1.",
            [
                ([("version", ControlVersion.program), ("model", parts.engine.identity.name)], 1)
            ]
        )
        text.add(
            "loop_state",
            "1 for the loop's present state.",
            [([("state", situation.state.rawValue)], 1)]
        )
        text.add(
            "rounds_total",
            "Rounds that ended, by outcome.",
            totals.roundCounts.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { ([("outcome", $0.key.rawValue)], Double($0.value)) }
        )
        text.add("candidates_total", "Candidates generated.", Double(totals.candidateCount))
        text.add("generated_tokens_total", "Tokens sampled.", Double(totals.generatedTokenCount))
        text.add("trained_tokens_total", "Tokens run through fine-tuning.", Double(totals.trainedTokenCount))
        text.add(
            "questions",
            "Questions, by split.",
            totals.questionCounts.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { ([("split", $0.key.rawValue)], Double($0.value)) }
        )
        text.add("rejection_streak", "Rejections in a row.", Double(try await store.rejectionStreak()))
        text.add("checkpoint", "Number of the current checkpoint.", Double(current.id.rawValue))
        text.add(
            "accuracy",
            "Accuracy of the current checkpoint, 0 to 1.",
            current.evaluations.map {
                ([("split", $0.split.rawValue)], $0.accuracy.share)
            }
        )
        addRound(last, to: &text)
        if let progress = parts.meter.latest {
            let labels = [("phase", progress.phase.rawValue), ("unit", progress.unit)]
            text.add(
                "progress_done",
                "Units done of the running phase.",
                [(labels, Double(progress.doneCount))]
            )
            text.add("progress_units", "Units of the running phase.", [(labels, Double(progress.totalCount))])
        }
        text.add("resident_bytes", "Resident memory of the daemon.", Self.residentByteCount.map(Double.init))
        text.add("disk_free_bytes", "Free space of the state directory.", Double(try store.freeByteCount()))
        text.add("last_event", "Number of the newest event.", Double(totals.lastEvent))
        return text.text
    }

    private func addRound(_ round: RoundRecord?, to text: inout MetricsText) {
        guard let round else { return }
        let report = round.report
        text.add("last_round", "Number of the last round that ended.", Double(round.id.rawValue))
        text.add(
            "phase_seconds",
            "Seconds per phase of the last round.",
            report.secondsPerPhase.sorted { $0.key < $1.key }
                .map { ([("phase", $0.key)], $0.value) }
        )
        text.add(
            "dropped_candidates",
            "Candidates the last round dropped, by reason.",
            (report.dropCounts ?? [:])
                .sorted { $0.key < $1.key }.map { ([("reason", $0.key)], Double($0.value)) }
        )
        text.add(
            "selected_candidates",
            "Candidates the last round selected.",
            report.selectedCount.map(Double.init)
        )
        let shares = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0]
        text.add(
            "ds_weight",
            "DS weight quantiles of the last round.",
            zip(shares, report.dsWeightQuantiles ?? [])
                .map { ([("quantile", "\($0)")], $1) }
        )
        text.add("mean_valid_loss", "Mean loss of the valid set, nats per token.", report.meanValidLoss)
        text.add("answer_entropy", "Mean normalised answer entropy of the last round.", report.meanEntropy)
    }

    /// Memory that this process takes, in bytes; nil where /proc does not say.
    static var residentByteCount: Int? {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return pages.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
    }
}
