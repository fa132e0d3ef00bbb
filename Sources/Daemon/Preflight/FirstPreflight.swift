import ControlAPI
import Logging
package import Loop
package import Store

/// Measures once, before the first round of a new state directory, and keeps what it finds in the journal.
///
/// It never keeps a round from beginning. All it draws comes from a key that no round uses, so rounds are the
/// same with and without it. What is interrupted begins again, since it is short. The journal counts the
/// tries: one that ends the process, for want of memory or by the watchdog, must not do so at every start.
package final class FirstPreflight: Sendable {
    private static let logger = Logger(label: "autodidactd.preflight")

    private let store: JournalStore
    private let engine: any RoundEngine
    private let memory: EngineMemory?
    private let current: CurrentSettings
    private let meter: ProgressMeter
    private let catalog: Catalog
    private let clock: @Sendable () -> Double
    /// Tries after which it is left out for good, and a person has been told so.
    private static let leftOutTries = FailurePolicy.attemptLimit + 1

    /// Joins what it needs.
    ///
    /// - Parameters:
    ///   - store: The journal.
    ///   - engine: Runs the model, and moves the pulse while it does.
    ///   - memory: What the engine says of its memory.
    ///   - current: The settings.
    ///   - meter: Shows what is being done.
    ///   - catalog: What a configuration can name.
    ///   - clock: Monotonic seconds.
    package init(
        store: JournalStore,
        engine: any RoundEngine,
        memory: EngineMemory? = nil,
        current: CurrentSettings,
        meter: ProgressMeter,
        catalog: Catalog,
        clock: @escaping @Sendable () -> Double
    ) {
        self.store = store
        self.engine = engine
        self.memory = memory
        self.current = current
        self.meter = meter
        self.catalog = catalog
        self.clock = clock
    }

    /// Measures, unless the settings forbid it, the journal has a report, or it would cost too much of a
    /// round.
    ///
    /// To be called only when no round has ever begun.
    ///
    /// - Throws: `CancellationError`, an error of the journal, or one of the engine that another try may
    ///   cure.
    package func runIfWanted() async throws {
        guard current.value.loop.preflight, try await store.preflight() == nil else { return }
        let preflight = try await make()
        guard preflight.isCheap(sample: PreflightBounds.startSample) else { return }
        let tries = try await store.preflightTries()
        guard tries < FailurePolicy.attemptLimit else {
            if tries < Self.leftOutTries {
                try await leaveOut("it was ended \(tries) times before it was done")
            }
            return
        }
        try await store.setPreflightTries(tries + 1)
        defer { meter.note = nil }
        meter.note = "preflight"
        let report: PreflightReport
        do {
            report = try await preflight.run(sample: PreflightBounds.startSample, memory: memory)
        } catch is CancellationError {
            // In a task of its own: this one is cancelled, and would not write.
            try await Task { [store] in try await store.setPreflightTries(tries) }.value
            throw CancellationError()
        } catch let error as any EngineFailure where error.isRetryUseful {
            throw error
        } catch {
            return try await leaveOut("\(error)")
        }
        try await store.record(report, events: Self.events(report))
        Self.logger.info("preflight: \(report.verdict.line)")
    }

    private func make() async throws -> Preflight {
        let settings = current.value
        return Preflight(
            engine: engine,
            configuration: settings.round,
            questions: try await store.questionRecords().filter { !$0.isRetired }.map(\.question.content),
            seed: settings.loop.seed,
            clock: clock,
            note: { [meter] in meter.note = "preflight: \($0)" },
            catalog: catalog
        )
    }

    /// What a person should hear of without asking: that rounds would be wasted.
    private static func events(_ report: PreflightReport) -> [RoundEvent] {
        let verdict = report.verdict
        guard verdict.kind != .trainable else { return [] }
        let advice = verdict.advice.first.map { "; \($0)" } ?? ""
        return [
            RoundEvent(
                .warning,
                message: "preflight, a sample of the questions: \(verdict.line)\(advice); "
                    + "rounds begin all the same, \"autodidact preflight\" shows all of it"
            )
        ]
    }

    private func leaveOut(_ reason: String) async throws {
        let message = "preflight is left out, rounds begin without it: \(reason)"
        try await store.append([RoundEvent(.warning, message: message)])
        try await store.setPreflightTries(Self.leftOutTries)
    }
}
