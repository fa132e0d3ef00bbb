import Loop
import Synchronization

/// A journal in memory with the promises of `RoundStore` that the runner rests on.
final class MemoryStore: RoundStore {
    struct Failure: Error {}

    struct State {
        var questions: [Question] = []
        /// The last question that the round began with.
        var lastQuestion = QuestionID(rawValue: 0)
        var current = CheckpointID.base
        var checkpoints: [CheckpointID: [FileContent]] = [:]
        var configurations: [CheckpointID: RoundConfiguration] = [:]
        /// The settings of all rounds.
        var settings: [RoundID: RoundConfiguration] = [:]
        /// What the rounds up to a checkpoint have kept.
        var kept: [CheckpointID: [Candidate]] = [:]
        /// What the votes of finished rounds said about levels, oldest first.
        var levelVotes: [[LevelVote]] = []
        var round: RoundRecord?
        var waves: [Wave] = []
        var candidates: [Candidate] = []
        var save: TrainingSave?
        /// Kept contenders and their scores, by number.
        var contenders: [Int: (contender: Contender, score: ContenderScore?)] = [:]
        var evaluations: [String: Evaluation] = [:]
        var paraphrases: [RoundID: [ParaphraseRecord]] = [:]
        var events: [RoundEvent] = []
        var writesUntilFailure: Int?
    }

    let state = Mutex(State())

    init(_ questions: [QuestionInput]) {
        state.withLock { state in
            state.questions = questions.enumerated().map { index, content in
                Question(id: QuestionID(rawValue: index + 1), content: content)
            }
        }
    }

    /// A transaction: it fails before it changes anything, or it happens whole.
    private func write<Value: Sendable>(_ body: (inout State) throws -> Value) throws -> Value {
        try state.withLock { state in
            if let left = state.writesUntilFailure {
                state.writesUntilFailure = left - 1
                if left == 0 { throw Failure() }
            }
            return try body(&state)
        }
    }

    func commitParaphrases(_ records: [ParaphraseRecord], of round: RoundID) async throws {
        try write { state in
            state.paraphrases[round, default: []] += records
            for record in records where !record.texts.isEmpty {
                let place = record.question.rawValue - 1
                var content = state.questions[place].content
                content.paraphrases = record.texts
                state.questions[place] = Question(id: record.question, content: content)
            }
        }
    }

    func paraphrases(of round: RoundID) async throws -> [ParaphraseRecord] {
        state.withLock { $0.paraphrases[round] ?? [] }
    }

    func questions(in split: Split) async throws -> [Question] {
        state.withLock { $0.questions.filter { $0.content.split == split } }
    }

    func questions(in split: Split, of round: RoundID) async throws -> [Question] {
        state.withLock { state in
            state.questions.filter { $0.content.split == split && $0.id <= state.lastQuestion }
        }
    }

    func currentCheckpoint() async throws -> CheckpointRecord {
        CheckpointRecord(
            id: state.withLock { $0.current },
            round: nil,
            parent: nil,
            directory: nil,
            sha256: nil,
            isPromoted: true,
            isCurrent: true,
            isPinned: false,
            createdAt: "",
            evaluations: []
        )
    }

    func adapter(of id: CheckpointID) async throws -> AdapterLocation? {
        id == .base ? nil : AdapterLocation(path: "checkpoint-\(id)", sha256: "00")
    }

    func configuration(of id: CheckpointID) async throws -> RoundConfiguration? {
        state.withLock { $0.configurations[id] }
    }

    func configuration(of round: RoundID) async throws -> RoundConfiguration {
        state.withLock { $0.settings[round] ?? RoundConfiguration() }
    }

    func keptCandidates(upTo id: CheckpointID) async throws -> [Candidate] {
        state.withLock { $0.kept[id] ?? [] }
    }

    func checkSpace() async throws {}

    func openRound() async throws -> RoundRecord? {
        state.withLock { $0.round?.finishedAt == nil ? $0.round : nil }
    }

    func beginRound(
        seed: UInt64,
        configuration: RoundConfiguration,
        waves: [[QuestionID]],
        events: [RoundEvent]
    ) async throws -> RoundRecord {
        try write { state in
            let round = RoundRecord(
                id: RoundID(rawValue: (state.round?.id.rawValue ?? 0) + 1),
                parent: state.current,
                phase: .generate,
                seed: seed,
                configuration: configuration,
                startedAt: "begun"
            )
            state.round = round
            state.settings[round.id] = configuration
            state.lastQuestion = state.questions.map(\.id).max() ?? state.lastQuestion
            state.candidates = []
            state.save = nil
            state.contenders = [:]
            state.waves = waves.enumerated().map { Wave(index: $0, questions: $1) }
            state.events += events
            return round
        }
    }

    func waves(of round: RoundID) async throws -> [Wave] { state.withLock { $0.waves } }

    func commitWave(
        _ wave: Wave,
        of round: RoundID,
        candidates: [Candidate],
        seconds: Double
    ) async throws {
        try write { state in
            state.waves[wave.index].isDone = true
            state.candidates += candidates
            state.candidates.sort { ($0.question, $0.index) < ($1.question, $1.index) }
            state.round?.report.secondsPerPhase["generate", default: 0] += seconds
        }
    }

    func candidates(of round: RoundID) async throws -> [Candidate] { state.withLock { $0.candidates } }

    func commit(_ end: PhaseEnd) async throws -> RoundRecord {
        try write { state in
            var round = end.round
            switch end.step {
            case .next(let phase): round.phase = phase
            case .end:
                round.finishedAt = "ended"
                if let votes = round.report.levelVotes { state.levelVotes.append(votes) }
            }
            if let adapter = end.adapter {
                let id = CheckpointID(rawValue: state.checkpoints.count + 1)
                state.checkpoints[id] = adapter
                state.configurations[id] = round.configuration
                round.checkpoint = id
            }
            if end.isVerdict, round.outcome == .promoted, let checkpoint = round.checkpoint {
                state.current = checkpoint
            }
            state.update(round, candidates: end.candidates, events: end.events)
            if end.adapter != nil, let id = round.checkpoint {
                let kept = state.candidates.filter { $0.verdict == .kept }
                state.kept[id] = (state.kept[round.parent] ?? []) + kept
            }
            return round
        }
    }

    func write(_ save: TrainingSave, of round: RoundID) throws {
        try write { state in state.save = save }
    }

    func newestTrainingSave(of round: RoundID) async throws -> String? {
        state.withLock { $0.save.map { "step-\($0.step)" } }
    }

    func keep(_ contender: Contender, number: Int, of round: RoundID) async throws -> KeptContender {
        let known = state.withLock { $0.contenders[number] }
        let isSame = known?.contender == contender
        if !isSame { try write { $0.contenders[number] = (contender, nil) } }
        return KeptContender(
            adapter: AdapterLocation(path: "contender-\(number)", sha256: "00"),
            score: isSame ? known?.score : nil
        )
    }

    func record(
        _ score: ContenderScore,
        of adapter: AdapterLocation,
        number: Int,
        of round: RoundID
    ) async throws {
        try write { $0.contenders[number]?.score = score }
    }

    func evaluation(of checkpoint: CheckpointID, on split: Split) async throws -> Evaluation? {
        state.withLock { $0.evaluations["\(checkpoint) \(split)"] }
    }

    func record(_ evaluation: Evaluation, of checkpoint: CheckpointID) async throws {
        try write { $0.evaluations["\(checkpoint) \(evaluation.summary.split)"] = evaluation }
    }

    func levelVotes(upTo checkpoint: CheckpointID) async throws -> [[LevelVote]] {
        state.withLock { $0.levelVotes }
    }

    func streak(of outcome: Outcome) async throws -> Int { 0 }

    func promotions(directlyBefore round: RoundID) async throws -> Int { 0 }

    func append(_ events: [RoundEvent]) async throws {
        try write { $0.events += events }
    }
}

extension MemoryStore.State {
    mutating func update(_ round: RoundRecord, candidates changed: [Candidate], events new: [RoundEvent]) {
        self.round = round
        for candidate in changed {
            let place = candidates.firstIndex {
                ($0.question, $0.index) == (candidate.question, candidate.index)
            }
            guard let place else { continue }
            let text = candidates[place].text
            candidates[place] = candidate
            candidates[place].text = text
        }
        events += new
    }
}
