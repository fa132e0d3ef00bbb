import ControlAPI
import Foundation
import Glibc
import Logging
import Loop
import ServiceLifecycle
import Store
import UnixSignals

/// Opens, joins and runs the parts: journal, engine, rounds, socket.
///
/// Decides nothing.
struct DaemonProcess {
    /// The service group cancels everything when an orderly stop takes longer.
    private static let stopLimit = Duration.seconds(8)

    private let checked: CheckedSettings
    private let settingsPath: String
    private let read: @Sendable () throws -> DaemonSettings
    private let environment: [String: String]
    private let logger = Logger(label: "autodidactd")

    /// A daemon that has opened nothing yet.
    ///
    /// - Parameters:
    ///   - checked: The settings, all checked.
    ///   - settingsPath: Where they were read from.
    ///   - environment: What the service manager says.
    ///   - read: Reads them again, as at start.
    init(
        _ checked: CheckedSettings,
        settingsPath: String,
        environment: [String: String],
        read: @escaping @Sendable () throws -> DaemonSettings
    ) {
        self.checked = checked
        self.settingsPath = settingsPath
        self.read = read
        self.environment = environment
    }

    /// Runs until a signal; returns after an orderly stop.
    func run() async throws {
        let settings = checked.settings
        let inherited = try Systemd.inheritedSocket()
        let socket =
            try inherited.map { SocketPath($0.path, inherited: $0.descriptor) } ?? SocketPath(settings.socket)
        let hub = EventHub()
        let events = EventLog()
        try checkWritable(settings.stateDirectory)
        let announce: @Sendable ([RoundEvent]) -> Void = { recorded in
            for event in recorded {
                events.write(event)
                hub.send(.event(EventItem(event)))
            }
        }
        // Everything that can refuse the start comes before the first write: a refused start has changed
        // nothing.
        try socket.checkFree(stateDirectory: settings.stateDirectory)
        Systemd.notify("STATUS=loading \(settings.model)\nEXTEND_TIMEOUT_USEC=600000000")
        let pulse = Pulse()
        let parts = try EngineFactory.make(settings, environment: environment) { pulse.beat() }
        let store = try JournalStore(
            stateDirectory: settings.stateDirectory,
            reserve: settings.storage.reserve << 20,
            admit: { look in
                try look.checkModel(parts.engine.identity)
                try QuestionIntake.checkStart(checked, look.questionRecords)
            },
            announce: announce
        )
        try parts.prepare()
        // Only now, with the lock: what runs may be another daemon's.
        await parts.stop()
        do {
            try await serve(store, parts, settings, socket, hub, pulse)
        } catch {
            await parts.stop()
            throw error
        }
        await parts.stop()
    }

    private func serve(
        _ store: JournalStore,
        _ parts: EngineParts,
        _ settings: DaemonSettings,
        _ socket: SocketPath,
        _ hub: EventHub,
        _ pulse: Pulse
    ) async throws {
        let model = parts.engine
        try socket.prepare()
        try store.bind(model: model.identity)
        let wasCut = try await store.lastEvents(1).last.map { $0.kind != .stopping } ?? false
        let (checked, _, _) = try await QuestionIntake.take(checked, into: store)
        let current = CurrentSettings(checked.settings)
        let engine = SharedEngine(model, pulse: pulse)
        let meter = ProgressMeter { hub.send(.progress($0)) }
        let (completion, complete) = AsyncStream<Void>.makeStream()
        let loop = LoopService(
            store: store,
            source: RoundSource(
                store: store,
                engine: engine,
                memory: parts.memory,
                current: current,
                meter: meter,
                pulse: pulse
            ),
            options: settings.loop,
            patience: settings.round.gate.patience,
            meter: meter,
            pulse: pulse,
            storage: settings.storage,
            storageRetry: .seconds(settings.storage.retryAfter),
            scheduleOptions: settings.schedule,
            threadCount: parts.threadCount,
            onComplete: { complete.finish() }
        )
        var controlParts = Control.Parts(
            store: store,
            loop: loop,
            engine: engine,
            exporter: parts.exporter,
            meter: meter,
            hub: hub,
            current: current,
            settingsPath: settingsPath
        )
        controlParts.runJudges(logger)
        let control = Control(controlParts)
        for warning in checked.warnings { logger.warning("\(warning)") }
        let identity = model.identity
        let ready =
            "ready on \(socket.path): \(identity.name), \(identity.precision), "
            + (identity.threadCount > 0 ? "\(identity.threadCount) threads" : "by \(identity.instructionSet)")
            + Self.note(of: current.value.round.prompt.format, model)
            + (wasCut ? "; the previous process did not stop in order; its round continues" : "")
        let server = ControlServer(socket: socket, control: control) {
            try? await store.append([RoundEvent(.started, message: ready)])
            Systemd.notify("READY=1\nSTATUS=ready")
        }
        let reload = ReloadService(
            store: store,
            loop: loop,
            current: current,
            ruler: engine.ruler,
            read: read
        )
        let notify = NotifyService(
            status: { await Self.status(loop, meter) },
            hub: hub,
            pulse: pulse,
            environment: environment
        )
        // Stopped in reverse: the manager hears of it first, then the socket closes, then the phase is
        // cancelled.
        try await runGroup([loop, server, reload, notify], until: completion)
        hub.close()
        do {
            let word = await loop.lastWord.map { "; \($0)" } ?? ""
            try await store.appendLast(
                RoundEvent(.stopping, message: "stopped in order\(word)", stop: await loop.stopReason)
            )
        } catch let error as StoreError where error.mayPass {
            // Stopped while it waited for the directory or the disk: everything before is committed.
            logger.warning("stopped in order, but the journal cannot say so: \(error)")
        }
    }

    /// What `prompt.format` `auto` is for the model; nothing for a format that says so itself.
    private static func note(of format: PromptFormatID, _ model: any RoundEngine) -> String {
        guard format == .auto else { return "" }
        return "; prompt.format auto is \(PromptFormats.standard.with(model.chat).resolved(format))"
    }

    private func checkWritable(_ directory: String) throws(DaemonError) {
        guard access(directory, F_OK) == 0, access(directory, R_OK | W_OK | X_OK) != 0 else { return }
        throw DaemonError(
            .permission,
            "state directory \(directory) is not writable: \(String(cString: strerror(errno))); "
                + "change its owner, or set stateDirectory to another"
        )
    }

    /// Runs services until a signal comes or a stream ends.
    private func runGroup(_ services: [any Service], until completion: AsyncStream<Void>) async throws {
        var quiet = Logger(label: "autodidactd.services")
        quiet.logLevel = .error
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: $0,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup
                )
            },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: quiet
        )
        configuration.maximumGracefulShutdownDuration = Self.stopLimit
        let group = ServiceGroup(configuration: configuration)
        let ending = Task {
            for await _ in completion {}
            if !Task.isCancelled { await group.triggerGracefulShutdown() }
        }
        defer { ending.cancel() }
        do {
            try await group.run()
        } catch is CancellationError {
            // The stop took longer than its limit and was cut short; what was committed is kept.
        }
    }

    private static func status(_ loop: LoopService, _ meter: ProgressMeter) async -> String {
        let situation = await loop.situation
        guard let progress = meter.latest else {
            return [situation.state.rawValue, situation.detail].compactMap { $0 }.joined(separator: ": ")
        }
        var parts = [
            "round \(progress.round)",
            "\(progress.phase.rawValue) \(Plain.count(progress.doneCount))/\(Plain.count(progress.totalCount)) "
                + progress.unit,
        ]
        if let loss = progress.loss { parts.append("loss \(Plain.decimal(loss, places: 3))") }
        if let rate = progress.tokensPerSecond { parts.append("\(Plain.decimal(rate, places: 0)) tok/s") }
        if let left = progress.secondsLeft { parts.append("\(Plain.duration(left)) left") }
        return parts.joined(separator: " · ")
    }
}
