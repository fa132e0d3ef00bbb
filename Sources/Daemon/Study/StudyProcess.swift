import Glibc
import Logging
import Loop
import Store
import Synchronization
import UnixSignals

/// Runs a study in the foreground: opens the engine, works off what is missing, stops on a signal.
struct StudyProcess {
    /// A signal has ended the study; what was committed is kept.
    struct Stopped: Error {
        /// SIGTERM or SIGINT.
        let signal: Int32
    }

    private let study: CheckedStudy
    private let environment: [String: String]

    /// A study that has opened nothing yet.
    init(_ study: CheckedStudy, environment: [String: String]) {
        (self.study, self.environment) = (study, environment)
    }

    /// Runs until every arm of every seed has ended.
    ///
    /// - Throws: `Stopped`, or what ended it; a study that is started again goes on.
    func run() async throws {
        let settings = study.shared.settings
        let pulse = Pulse()
        Systemd.notify("STATUS=loading \(settings.model)\nEXTEND_TIMEOUT_USEC=600000000")
        let parts = try EngineFactory.make(settings, environment: environment) { pulse.beat() }
        let directory = try hold(settings.stateDirectory)
        try parts.prepare()
        // Only now, with the lock: what runs may be another study's.
        await parts.stop()
        do {
            try await work(directory, parts, pulse)
        } catch {
            await parts.stop()
            throw error
        }
        await parts.stop()
    }

    private func hold(_ path: String) throws -> StudyDirectory {
        do {
            return try StudyDirectory(path)
        } catch let error as StoreError where error.code == .invalidRequest {
            throw DaemonError(.invalidConfiguration, "\(study.file.path): state: \(error.message)")
        }
    }

    private func work(_ directory: StudyDirectory, _ parts: EngineParts, _ pulse: Pulse) async throws {
        let status = Mutex("ready")
        let runner = StudyRunner(
            study,
            directory: directory,
            engine: SharedEngine(parts.engine, pulse: pulse),
            pulse: pulse,
            say: { line in status.withLock { $0 = line } }
        )
        let logger = Logger(label: "autodidactd")
        for warning in study.warnings { logger.warning("\(warning)") }
        let task = Task { try await runner.run() }
        let stop = Mutex<Int32?>(nil)
        let listener = Task {
            for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                stop.withLock { $0 = signal == .sigint ? SIGINT : SIGTERM }
                task.cancel()
            }
        }
        defer { listener.cancel() }
        let manager = Task {
            try await NotifyService(
                status: { status.withLock { $0 } },
                hub: EventHub(),
                pulse: pulse,
                environment: environment
            ).run()
        }
        defer { manager.cancel() }
        Systemd.notify("READY=1\nSTATUS=ready")
        pulse.isResting = false
        defer { pulse.isResting = true }
        do {
            let limit = Duration.seconds(study.shared.settings.loop.stallAfter)
            try await StallMonitor(pulse: pulse, limit: limit).watching(task)
        } catch {
            if let signal = stop.withLock({ $0 }) { throw Stopped(signal: signal) }
            throw error
        }
    }
}
