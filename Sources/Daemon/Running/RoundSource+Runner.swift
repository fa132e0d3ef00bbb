import Logging
import Loop
import ScaleOut
import Store

extension RoundSource {
    /// Rounds of the real runner, with the configuration at their beginning.
    init(
        store: JournalStore,
        engine: SharedEngine,
        memory: EngineMemory?,
        current: CurrentSettings,
        meter: ProgressMeter,
        pulse: Pulse
    ) {
        let start = ContinuousClock.now
        let logger = Logger(label: "autodidactd")
        let sandbox = JudgeSandbox()
        let catalog = sandbox.catalog(
            beat: { pulse.beat() },
            complain: { logger.warning("the judge failed on a text: \($0)") }
        )
        let runner = RoundRunner(
            engine: engine,
            store: store,
            clock: { Control.seconds(since: start) },
            report: { progress in
                pulse.beat()
                meter.report(progress)
            },
            catalog: catalog
        )
        let preflight = FirstPreflight(
            store: store,
            engine: engine,
            memory: memory,
            current: current,
            meter: meter,
            catalog: catalog,
            clock: { Control.seconds(since: start) }
        )
        store.setJudge(sandbox.digest(current.value.round))
        self.init {
            // Again: the program may have been edited since the last round.
            let judge = try await store.openRound()?.configuration ?? current.value.round
            store.setJudge(sandbox.digest(judge))
            if let open = try await store.openRound() { return try await runner.run(open) }
            let number = (try await store.lastRounds(1).last?.id.rawValue ?? 0) + 1
            if number == 1 { try await preflight.runIfWanted() }
            let settings = current.value
            let rejections = try await store.streak(of: .rejected)
            let seed = RoundSeed.derive(base: settings.loop.seed, round: number, rejections: rejections)
            let turn = try await CourseTurn(settings, store.recentSteps())
            return try await runner.run(
                try await runner.begin(configuration: turn.configuration, seed: seed, notes: turn.notes)
            )
        }
    }
}
