import ControlAPI
import Daemon
import Foundation
import Loop
import Store
import Testing

/// What Prometheus sees.
///
/// The kept sample is what dashboard and alert rules are checked against.
@Suite struct MetricsTests {
    private static let sample = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/monitoring/sample.prom")

    @Test func `the kept sample is what the daemon writes`() throws {
        let text = MetricsText(Self.reading).text

        if ProcessInfo.processInfo.environment["AUTODIDACT_WRITE_SAMPLES"] == "1" {
            try Data(text.utf8).write(to: Self.sample)
        }
        #expect(
            try String(contentsOf: Self.sample, encoding: .utf8) == text,
            "write it again: AUTODIDACT_WRITE_SAMPLES=1 swift test … --filter MetricsTests"
        )
    }

    @Test func `a daemon that has done nothing yet leaves out what it cannot know`() throws {
        let text = MetricsText(MetricsReading(state: .starting, model: "m", current: Self.base)).text

        #expect(text.contains("autodidact_loop_state{state=\"starting\"} 1.0\n"))
        #expect(text.contains("autodidact_checkpoint 0.0\n"))
        for name in ["accuracy", "phase", "queue", "last_round", "ds_weight", "resident_bytes"] {
            #expect(!text.contains("autodidact_\(name)"), "\(name)")
        }
    }

    @Test func `a label's value is escaped`() {
        let reading = MetricsReading(state: .running, model: "a \"b\"\\c\nd", current: Self.base)

        #expect(MetricsText(reading).text.contains(#"model="a \"b\"\\c\nd""#))
    }

    private static let base = CheckpointRecord(
        id: .base,
        round: nil,
        parent: nil,
        directory: nil,
        sha256: nil,
        isPromoted: true,
        isCurrent: true,
        isPinned: false,
        createdAt: "2026-01-31T17:00:00Z",
        evaluations: []
    )

    /// The third round at work, after a promoted and a rejected one.
    private static var reading: MetricsReading {
        var current = base
        current.id = CheckpointID(rawValue: 1)
        current.evaluations = [summary(.gate, 78), summary(.test, 80)]
        var reading = MetricsReading(state: .running, model: "SmolLM2-135M-Instruct.Q4_1", current: current)
        reading.version = "0.1.0"
        reading.baseEvaluations = [summary(.gate, 44), summary(.test, 47)]
        reading.totals.roundCounts = [.promoted: 1, .rejected: 1, .noData: 0, .abandoned: 0, .failed: 0]
        reading.totals.candidateCount = 1600
        reading.totals.generatedTokenCount = 48_289
        reading.totals.trainedTokenCount = 15_330
        reading.totals.questionCounts = [.train: 400, .valid: 32, .gate: 100, .test: 200]
        reading.totals.retiredCounts = [.train: 12, .valid: 0, .gate: 0, .test: 0]
        reading.totals.lastEvent = 29
        reading.rejectionStreak = 1
        reading.lastRound = lastRound
        reading.openRound = round(3, .generate)
        reading.progress = ProgressItem(
            Progress(
                round: RoundID(rawValue: 3),
                phase: .generate,
                doneCount: 200,
                totalCount: 800,
                unit: "candidates",
                tokenCount: 6100
            ),
            tokensPerSecond: 406.5,
            secondsLeft: 45
        )
        reading.waitingCallCount = 1
        reading.progressSignCount = 5120
        reading.uptimeSeconds = 412.5
        reading.residentByteCount = 1_020_264_448
        reading.space.freeByteCount = 21_474_836_480
        reading.space.reservedByteCount = 256 << 20
        return reading
    }

    private static var lastRound: RoundRecord {
        var record = round(2, .report)
        record.outcome = .rejected
        record.report.selectedCount = 511
        record.report.dropCounts = ["no_parse": 0, "outvoted": 134, "low_consistency": 27, "ds_weight": 128]
        record.report.dsWeightQuantiles = [1.02, 1.31, 1.75, 2.84, 6.5, 11.2, 48]
        record.report.cutDSWeight = 6.525
        record.report.filterCuts = ["entropy": 0.6]
        record.report.headroom = HeadroomReport(
            split: .valid,
            questionCount: 50,
            voteCount: 16,
            greedyRightCount: 40,
            voteRightCount: 42
        )
        record.report.paraphrases = ParaphraseReport([
            ParaphraseRecord(
                question: QuestionID(rawValue: 1),
                texts: ["a", "b"],
                refusals: ["numbers": 1],
                tokenCount: 60
            )
        ])
        record.report.contenders = [
            ContenderReport(
                name: "epoch 1",
                score: ContenderScore(
                    valid: Accuracy(rightCount: 24, of: 32),
                    meanLoss: 0.31,
                    tokenCount: 900
                ),
                isChosen: true
            ),
            ContenderReport(
                name: "epoch 2",
                score: ContenderScore(
                    valid: Accuracy(rightCount: 23, of: 32),
                    meanLoss: nil,
                    tokenCount: 910
                ),
                isChosen: false
            ),
        ]
        record.report.meanValidLoss = 0.034
        record.report.meanEntropy = 0.21
        let accuracy = Accuracy(rightCount: 50, of: 100)
        var gate = GateReport(
            split: .gate,
            before: accuracy,
            after: accuracy,
            gainedCount: 0,
            lostCount: 0,
            pValue: 1,
            diversity: 1,
            isPassed: true,
            failures: []
        )
        (gate.stopRateBefore, gate.stopRateAfter) = (0.99, 0.98)
        record.report.gate = gate
        record.report.secondsPerPhase = [
            "generate": 60.2, "vote": 0.1, "weigh": 18.4, "select": 0.02, "finetune": 55.9, "evaluate": 17.1,
            "promote": 0.01, "report": 21.3,
        ]
        return record
    }

    private static func round(_ number: Int, _ phase: Phase) -> RoundRecord {
        RoundRecord(
            id: RoundID(rawValue: number),
            parent: .base,
            phase: phase,
            seed: 1,
            configuration: RoundConfiguration(),
            startedAt: "2026-01-31T17:10:00Z"
        )
    }

    private static func summary(_ split: Split, _ percent: Int) -> EvaluationSummary {
        let share = Double(percent) / 100
        return EvaluationSummary(
            split: split,
            accuracy: Accuracy(count: 100, rightCount: percent, share: share, lower: share / 2, upper: 1),
            accuracyPerProfile: [:]
        )
    }
}
