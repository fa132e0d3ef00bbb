import Logging
import Loop
import ScaleOut
import Store

/// Works off a study: seed by seed, the shared candidates first, then arm by arm.
///
/// Every step looks at the journals alone, so that a study that was killed goes on where it was.
struct StudyRunner: Sendable {
    private let study: CheckedStudy
    private let directory: StudyDirectory
    private let engine: SharedEngine
    private let pulse: Pulse
    private let say: @Sendable (String) -> Void
    private let sandbox = JudgeSandbox()
    private let logger = Logger(label: "autodidactd")

    /// Joins what a study needs.
    ///
    /// - Parameters:
    ///   - study: The study.
    ///   - directory: Its directory, locked.
    ///   - engine: Runs the model.
    ///   - pulse: Moves with every sign of progress.
    ///   - say: Told what goes on, one line each time.
    init(
        _ study: CheckedStudy,
        directory: StudyDirectory,
        engine: SharedEngine,
        pulse: Pulse,
        say: @escaping @Sendable (String) -> Void
    ) {
        (self.study, self.directory, self.engine) = (study, directory, engine)
        (self.pulse, self.say) = (pulse, say)
    }

    /// Runs until every arm of every seed has ended.
    func run() async throws {
        // First all of them, so that no arm trains if one of another run's does not fit.
        var missingArms: [UInt64: [(name: String, configuration: RoundConfiguration)]] = [:]
        for seed in study.file.seeds {
            missingArms[seed] = try study.arms.filter { try !isForked($0.name, $0.configuration, seed) }
        }
        for seed in study.file.seeds {
            try directory.make(seed: seed)
            let missing = missingArms[seed] ?? []
            if !missing.isEmpty { try await share(seed, with: missing) }
            for arm in study.arms { try await finish(arm.name, seed) }
        }
    }

    /// Generates a seed's candidates unless they are there, and forks the arms that are not there yet.
    private func share(
        _ seed: UInt64,
        with arms: [(name: String, configuration: RoundConfiguration)]
    ) async throws {
        let store = try open(StudyDirectory.shared, seed)
        let runner = self.runner(of: store, "seed \(seed), candidates")
        let settings = study.shared.settings
        store.setJudge(sandbox.digest(settings.round))
        var round = try await opened(seed, in: store, runner)
        guard round.phase <= .vote else {
            throw changed(store.stateDirectory, "its round has gone on without the study")
        }
        round = try await runner.run(round, before: .vote)
        try await runner.evaluateParent(of: round)
        for arm in arms {
            try Task.checkCancellation()
            let path = StudyDirectory.arm(arm.name, seed: seed, in: directory.path)
            try await store.fork(to: path, configuration: arm.configuration)
            pulse.beat()
        }
    }

    /// The shared round, begun if there is none.
    private func opened(
        _ seed: UInt64,
        in store: JournalStore,
        _ runner: RoundRunner
    ) async throws -> RoundRecord {
        let settings = study.shared.settings
        let first = RoundSeed.derive(base: seed, round: 1, rejections: 0)
        if let last = try await store.openRound() {
            let differing = settings.round.differingPaths(from: last.configuration)
            if let key = differing.first {
                throw changed(store.stateDirectory, "its round has another \(key)")
            }
            let records = try await store.questionRecords()
            let new = try QuestionIntake.new(
                study.shared.questions,
                journal: records.map(\.question),
                configuration: settings.round
            )
            guard new.added.isEmpty, new.corrected.isEmpty, new.levelled.isEmpty,
                records.count == study.shared.questions.count
            else {
                throw changed(store.stateDirectory, "it holds other questions than the files")
            }
            return last
        }
        guard try await store.lastRounds(1).isEmpty else {
            throw changed(store.stateDirectory, "its round has gone on without the study")
        }
        _ = try await QuestionIntake.take(study.shared, into: store)
        return try await runner.begin(configuration: settings.round, seed: first)
    }

    /// Runs an arm's round to its end; its incumbent answers gate and test, whatever came of it.
    private func finish(_ arm: String, _ seed: UInt64) async throws {
        let path = StudyDirectory.arm(arm, seed: seed, in: directory.path)
        guard let found = try JournalStore.firstRound(of: path) else {
            throw changed(path, "it has no round")
        }
        if found.round.finishedAt != nil, found.round.checkpoint != nil { return }
        let store = try open(arm, seed)
        let runner = self.runner(of: store, "seed \(seed), \(arm)")
        store.setJudge(sandbox.digest(found.round.configuration))
        let round = try await store.openRound()
        let ended = if let round { try await runner.run(round) } else { found.round }
        try await runner.evaluateParent(of: ended)
    }

    /// Whether an arm has its state; refuses one of another configuration, model or set of questions.
    private func isForked(_ arm: String, _ configuration: RoundConfiguration, _ seed: UInt64) throws -> Bool {
        let path = StudyDirectory.arm(arm, seed: seed, in: directory.path)
        guard let found = try JournalStore.firstRound(of: path) else { return false }
        let differing = configuration.differingPaths(from: found.round.configuration)
        if let key = differing.first { throw changed(path, "its round has another \(key)") }
        // An arm that has ended is never opened again, and other seeds may have been made since.
        try found.checkModel(engine.identity)
        let expected = try QuestionDigest.perSplit(study.shared.questions)
        if let split = Split.allCases.first(where: { found.questions[$0] != expected[$0] }) {
            throw changed(path, "its \(split.rawValue) questions are others than those of the files")
        }
        return true
    }

    private func open(_ name: String, _ seed: UInt64) throws -> JournalStore {
        let settings = study.shared.settings
        let (events, engine) = (EventLog(), engine)
        logger.info("study", metadata: ["seed": "\(seed)", "arm": "\(name)"])
        say("seed \(seed), \(name)")
        let store = try JournalStore(
            stateDirectory: StudyDirectory.arm(name, seed: seed, in: directory.path),
            reserve: settings.storage.reserve << 20,
            admit: { try $0.checkModel(engine.identity) },
            announce: { $0.forEach(events.write) }
        )
        try store.bind(model: engine.identity)
        return store
    }

    private func runner(of store: JournalStore, _ title: String) -> RoundRunner {
        let (start, pulse, say, logger) = (ContinuousClock.now, pulse, say, logger)
        return RoundRunner(
            engine: engine,
            store: store,
            clock: { Control.seconds(since: start) },
            report: { progress in
                pulse.beat()
                say(
                    "\(title): \(progress.phase.rawValue) \(Plain.count(progress.doneCount))/"
                        + "\(Plain.count(progress.totalCount)) \(progress.unit)"
                )
            },
            catalog: sandbox.catalog(
                beat: { pulse.beat() },
                complain: { logger.warning("the judge failed on a text: \($0)") }
            )
        )
    }

    private func changed(_ path: String, _ what: String) -> DaemonError {
        DaemonError(
            .invalidConfiguration,
            "\(study.file.path) does not fit \(path): \(what); undo the change, or name another state"
        )
    }
}
