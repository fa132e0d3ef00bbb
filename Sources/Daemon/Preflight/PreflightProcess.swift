import Foundation
import Glibc
import Loop
import ScaleOut
import Synchronization
import UnixSignals

/// Opens the configured engine away from the state directory, and lets `Preflight` measure with it.
struct PreflightProcess {
    private let settings: DaemonSettings
    private let environment: [String: String]
    /// Where an engine that works with files has them meanwhile.
    private let scratch =
        FileManager.default.temporaryDirectory.path + "/autodidact-preflight-\(getpid())"

    /// Takes settings as they were read.
    init(_ settings: DaemonSettings, environment: [String: String]) {
        var settings = settings
        settings.stateDirectory = scratch
        settings.socket = scratch + "/control.sock"
        self.settings = settings
        self.environment = environment
    }

    /// Checks everything as a start of the daemon would, then measures.
    ///
    /// - Parameter sample: Gate questions asked at most.
    /// - Returns: What was found.
    /// - Throws: What a start throws for settings, questions or model that cannot be used.
    func run(sample: Int) async throws -> PreflightOutput {
        var checked = try CheckedSettings(settings)
        try checked.checkCounts(Dictionary(grouping: checked.questions, by: \.split).mapValues(\.count))
        let parts = try EngineFactory.make(checked.settings, environment: environment) {}
        let interruption = Task {
            for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                await end(parts)
                _exit(128 + (signal == .sigint ? SIGINT : SIGTERM))
            }
        }
        defer { interruption.cancel() }
        do {
            try parts.prepare()
            let report = try await measure(checked, parts, sample)
            await end(parts)
            return PreflightOutput(warnings: checked.warnings, report: report)
        } catch {
            await end(parts)
            throw error
        }
    }

    private func measure(
        _ checked: CheckedSettings,
        _ parts: EngineParts,
        _ sample: Int
    ) async throws -> PreflightReport {
        let start = ContinuousClock.now
        let isWatched = isatty(STDERR_FILENO) == 1
        let hasComplained = Atomic(false)
        let preflight = Preflight(
            engine: parts.engine,
            configuration: checked.settings.round,
            questions: checked.questions,
            seed: checked.settings.loop.seed,
            clock: { Control.seconds(since: start) },
            note: { if isWatched { StandardError.write("\($0) …\n") } },
            catalog: JudgeSandbox().catalog(
                beat: {},
                complain: { complaint in
                    // One shows what is wrong; the report counts them.
                    guard !hasComplained.exchange(true, ordering: .relaxed) else { return }
                    StandardError.write("the judge failed on a text: \(complaint)\n")
                }
            )
        )
        return try await preflight.run(sample: sample, memory: parts.memory)
    }

    /// Stops what the engine has started, and removes its files.
    private func end(_ parts: EngineParts) async {
        await parts.stop()
        // Most engines make none.
        try? FileManager.default.removeItem(atPath: scratch)
    }
}
