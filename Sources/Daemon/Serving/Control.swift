package import ControlAPI
import Foundation
package import Loop
package import Store

/// What the socket can ask for: one method per route, without HTTP.
package struct Control: Sendable {
    /// How long an answer may take, once the engine is free.
    package static let askDeadline = Duration.seconds(120)
    /// How long a question waits for the engine unless told otherwise.
    package static let askPatience = Duration.seconds(5)
    /// How long the export of a whole model waits for the engine: nobody watches it word by word.
    package static let exportPatience = Duration.seconds(60)

    /// The parts a `Control` joins.
    package struct Parts: Sendable {
        /// The journal.
        package var store: JournalStore
        /// The rounds.
        package var loop: LoopService
        /// The model.
        package var engine: SharedEngine
        /// Writes merged models.
        package var exporter: any ModelExporter
        /// Progress of the running phase.
        package var meter: ProgressMeter
        /// Events as they happen.
        package var hub: EventHub
        /// The current settings.
        package var current: CurrentSettings
        /// Where the settings came from; nil when there is no file.
        package var settingsPath: String?
        /// How long a question waits for the engine: a step that takes longer is named instead.
        package var askPatience = Control.askPatience
        /// How long the export of a whole model waits for the engine.
        package var exportPatience = Control.exportPatience
        /// The program outside that reads answers, for kinds that need one; nil where there is none.
        package var judge: @Sendable (RoundConfiguration) -> (any AnswerJudge)? = { _ in nil }

        /// Memberwise.
        package init(
            store: JournalStore,
            loop: LoopService,
            engine: SharedEngine,
            exporter: any ModelExporter,
            meter: ProgressMeter,
            hub: EventHub,
            current: CurrentSettings,
            settingsPath: String?
        ) {
            self.store = store
            self.loop = loop
            self.engine = engine
            self.exporter = exporter
            self.meter = meter
            self.hub = hub
            self.current = current
            self.settingsPath = settingsPath
        }
    }

    let parts: Parts
    let keyedRequests = KeyedRequests()
    let verification = OneAtATime()
    let startedAt = ContinuousClock.now

    private var store: JournalStore { parts.store }

    /// Memberwise.
    package init(_ parts: Parts) {
        self.parts = parts
    }

    /// That a daemon answers.
    package func ping() -> PingReply {
        PingReply(pid: Int(ProcessInfo.processInfo.processIdentifier))
    }

    /// Everything `autodidact status` shows.
    package func status() async throws -> StatusReply {
        let situation = await parts.loop.situation
        let open = try await store.openRound()
        let stop = await parts.loop.stopReason
        let rounds = parts.current.value.loop.rounds
        return StatusReply(
            state: situation.state,
            detail: situation.detail,
            stopReason: stop?.rawValue,
            stopAdvice: stop?.advice,
            round: open?.id,
            phase: open?.phase,
            progress: parts.meter.latest,
            currentCheckpoint: try await store.currentCheckpoint(),
            baseEvaluations: try await store.checkpoint(.base).evaluations,
            finishedRoundCount: try await store.finishedRoundCount(),
            targetRoundCount: rounds > 0 ? rounds : nil,
            gateTrend: try await store.gateTrend(24),
            questionCounts: Self.words(try await store.questionCounts()),
            retiredCounts: Self.words(try await store.retiredCounts()),
            freeByteCount: try? store.freeByteCount(),
            residentByteCount: Self.residentByteCount,
            events: try await store.lastEvents(10).map(EventItem.init),
            model: parts.engine.identity,
            promptFormat: promptFormat,
            epoch: parts.hub.epoch,
            stateDirectory: store.stateDirectory,
            pid: Int(ProcessInfo.processInfo.processIdentifier),
            uptimeSeconds: Self.seconds(since: startedAt)
        )
    }

    /// How prompts are written from the next round on, `auto` replaced by what it means.
    private var promptFormat: String? {
        let name = parts.current.value.round.prompt.format
        // Only this one asks for the model's template, which is read for it.
        guard name == .auto else { return name.rawValue }
        let formats = PromptFormats.standard.with(parts.engine.chat)
        return formats.resolved(name).rawValue
    }

    /// A page of rounds in order of number.
    ///
    /// - Parameters:
    ///   - after: The page begins after this round; nil takes the newest ones.
    ///   - limit: How many at most; nil is the default.
    ///   - outcome: Only rounds with this outcome; nil takes all.
    /// - Returns: The rounds, and how many there are.
    /// - Throws: An error of the store.
    package func rounds(
        after: RoundID? = nil,
        limit: Int? = nil,
        outcome: Outcome? = nil
    ) async throws -> RoundsReply {
        let limit = min(limit ?? ControlLimits.defaultListSize, ControlLimits.maximumPageSize)
        let rounds =
            if let after {
                try await store.rounds(after: after, limit: limit, outcome: outcome)
            } else {
                try await store.lastRounds(limit, outcome: outcome)
            }
        return RoundsReply(
            rounds: rounds.map(RoundSummary.init),
            totalCount: try await store.roundCount(outcome)
        )
    }

    /// One round.
    package func round(_ id: RoundID) async throws -> RoundReply {
        RoundReply(round: try await store.round(id))
    }

    /// Which candidates a page shows.
    package struct CandidateQuery: Sendable {
        /// Which ones.
        package var filter = CandidateFilter()
        /// How many to leave out.
        package var offset = 0
        /// The page's size.
        package var limit = ControlLimits.defaultPageSize

        /// The first page of everything.
        package init() {}
    }

    /// One page of a round's candidates.
    package func candidates(of round: RoundID, _ query: CandidateQuery) async throws -> CandidatesReply {
        let configuration = try await store.round(round).configuration
        let candidates = try await store.candidates(
            of: round,
            query.filter,
            offset: query.offset,
            limit: query.limit
        )
        let questions = try await store.questions(Set(candidates.map(\.question)), of: round)
        let items = candidates.compactMap { candidate in
            questions[candidate.question].map { question in
                CandidateItem(
                    candidate,
                    question: question.content,
                    asked: configuration.view(of: candidate.index, for: question.content).text
                )
            }
        }
        // A page that is not full is the last one, so that all are known without counting a large round once
        // more.
        let isLast = candidates.count < query.limit && (query.offset == 0 || !candidates.isEmpty)
        let totalCount =
            isLast
            ? query.offset + candidates.count : try await store.candidateCount(of: round, query.filter)
        return CandidatesReply(
            round: round,
            candidates: items,
            totalCount: totalCount,
            offset: query.offset,
            limit: query.limit
        )
    }

    /// The newest checkpoints, the base model's and the current one, and the newest rollbacks.
    package func checkpoints(newest limit: Int? = nil) async throws -> CheckpointsReply {
        CheckpointsReply(
            checkpoints: try await store.checkpoints(
                newest: min(limit ?? ControlLimits.defaultListSize, ControlLimits.maximumListSize)
            ),
            totalCount: try await store.checkpointCount(),
            rollbacks: try await store.lastRollbacks(ControlLimits.defaultListSize)
        )
    }

    /// The current settings.
    package func config() -> ConfigReply {
        ConfigReply(path: parts.settingsPath, settings: SettingsReference.values(of: parts.current.value))
    }

    /// What preflight has found before the first round.
    package func preflight() async throws -> PreflightReply {
        guard let record = try await store.preflight() else {
            throw Problem(
                .notMeasured,
                "preflight has not measured this state directory",
                hint: "\"autodidactd preflight --config FILE\" measures now; the daemon does so before its "
                    + "first round, if loop.preflight is true and the round is large enough"
            )
        }
        return PreflightReply(record)
    }

    /// Pauses the loop.
    package func pause() async throws -> LoopStateReply {
        try await parts.loop.pause()
        return try await loopState()
    }

    /// Lets the loop continue.
    package func resume() async throws -> LoopStateReply {
        try await parts.loop.resume()
        return try await loopState()
    }

    /// What a rollback would do.
    package func rollbackPreview(_ target: RollbackTarget) async throws -> RollbackPreviewReply {
        RollbackPreviewReply(try await store.rollbackPlan(target))
    }

    /// Makes an older checkpoint current.
    package func rollback(_ request: RollbackRequest, key: RequestKey?) async throws -> RollbackReply {
        guard let target = request.target else { throw Self.noRollbackTarget }
        return try await parts.loop.rollback(to: target, expecting: request.expectedCurrent, key: key)
    }

    static let noRollbackTarget = Problem(
        .usage,
        "a rollback names either a round or the last rollback to undo",
        hint: "give \"round\": 0 for the base model, or \"is_undo\": true"
    )

    /// Adds questions: all or none.
    ///
    /// They count from the next round on.
    package func add(_ request: AddQuestionsRequest, key: RequestKey?) async throws -> AddQuestionsReply {
        let inputs = try request.lines.enumerated().map { index, line in
            let origin = request.origin(of: index)
            do throws(Problem) {
                try ControlLimits.check(question: line.question)
            } catch {
                throw error.at(origin)
            }
            return line.input(split: request.split, origin: origin)
        }
        let formats = PromptFormats.standard.with(parts.engine.chat)
        let configuration = parts.current.value.round.settled(formats)
        let lengths = try parts.engine.ruler.map { try LengthCheck(configuration, $0, formats: formats) }
        return try await parts.loop.addQuestions { [store] in
            let records = try await store.questionRecords()
            let new = try QuestionIntake.new(
                inputs,
                journal: records.map(\.question),
                retired: Set(records.filter(\.isRetired).map(\.question.id)),
                configuration: configuration,
                lengths: lengths
            )
            let warnings = new.warnings + [new.rewordingNote].compactMap { $0 }
            let message = "\(new.added.count) \(request.split.rawValue) questions added"
            let reply: @Sendable ([QuestionID]) -> AddQuestionsReply = { ids in
                AddQuestionsReply(
                    ids: ids,
                    known: (new.known + new.retired).map {
                        KnownQuestion(origin: $0.origin, question: $0.question)
                    },
                    corrected: new.corrected.isEmpty
                        ? nil : new.corrected.map { KnownQuestion(origin: $0.origin, question: $0.question) },
                    warnings: warnings.isEmpty ? nil : warnings
                )
            }
            guard new.changesAnything || key != nil else { return reply([]) }
            let added = new.added.isEmpty ? [] : [RoundEvent(.questionsAdded, message: message)]
            let ids = try await store.add(
                new.added,
                corrections: new.corrected,
                rewordings: new.reworded,
                levels: new.levelled,
                events: added + QuestionIntake.changes(new),
                receipt: key.map { Receipt($0) { try ControlCoding.encode(reply($0)) } }
            )
            return reply(ids)
        }
    }

    private func loopState() async throws -> LoopStateReply {
        let open = try await store.openRound()
        return LoopStateReply(state: await parts.loop.situation.state, round: open?.id, phase: open?.phase)
    }

    static func seconds(since start: ContinuousClock.Instant) -> Double {
        let elapsed = (ContinuousClock.now - start).components
        return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
    }
}
