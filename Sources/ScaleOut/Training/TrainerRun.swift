import Glibc
import Loop

/// One start of the trainer: launched, watched by its progress file, ended.
struct TrainerRun: Sendable {
    /// How a run ended.
    enum End: Sendable {
        /// The result is there.
        case finished
        /// It ended without one, with a save or not; another start continues from the newest save.
        case broken(String, hasSaved: Bool)
    }

    let job: JobDirectory
    let settings: ScaleOutSettings
    let mark: ChildMark
    let log: String

    /// How long it may take to save after SIGTERM; the daemon itself has to stop within seconds.
    private static let patience = Duration.seconds(5)

    /// Runs the trainer to its end.
    ///
    /// - Parameter step: Called after each optimizer step.
    /// - Returns: How it ended.
    /// - Throws: `CancellationError` after the trainer has saved and ended; `ScaleOutError` when another
    ///   start would end the same way.
    func run(_ step: @Sendable (TrainerEvent) -> Void) async throws -> End {
        try Task.checkCancellation()
        let file = ProgressFile(job.progress)
        let errorsStart = LogFile.size(of: log)
        let words = settings.trainer.map { $0.replacing("{plan}", with: job.plan) }
        let child = try Child(
            words,
            variables: ["PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"],
            mark: mark,
            output: job.progress,
            errors: log
        )
        do {
            let end = try await watch(child, file, errorsStart, step)
            await child.stop(patience: .seconds(10))
            return end
        } catch {
            await child.stop(patience: Self.patience)
            throw error
        }
    }

    private func watch(
        _ child: Child,
        _ start: ProgressFile,
        _ errorsStart: UInt64,
        _ step: @Sendable (TrainerEvent) -> Void
    ) async throws -> End {
        let clock = ContinuousClock()
        var (file, last, moved) = (start, TrainerEvent?.none, clock.now)
        var hasSaved = false
        while true {
            let end = child.end
            for event in file.events() {
                (last, moved) = (event, clock.now)
                switch event.event {
                case "step": step(event)
                case "saved": hasSaved = true
                case "finished": return .finished
                case "failed":
                    throw ScaleOutError(
                        event.code == "not_finite" ? .notFinite : .trainerFailed,
                        "the trainer failed: \(event.message ?? "no reason given"); see \(log)"
                    )
                default: break
                }
            }
            if let end {
                let place = last?.step.map { "after step \($0)" } ?? "before its first step"
                let error = LogFile.lastError(in: log, from: errorsStart).map { ": \($0)" } ?? ""
                return .broken("\(settings.trainer.first ?? "") \(end) \(place)\(error)", hasSaved: hasSaved)
            }
            guard clock.now - moved < settings.timeouts.step else {
                return .broken(
                    "no progress for \(settings.timeouts.step.components.seconds) s (scaleout.stepTimeout)",
                    hasSaved: hasSaved
                )
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
