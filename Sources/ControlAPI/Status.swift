public import Loop

/// What the daemon is doing.
///
/// Open: an unknown state must be shown, not refused.
public struct LoopState: RawRepresentable, Hashable, Codable, Sendable {
    /// The state's spelling.
    public let rawValue: String

    /// Wraps a spelling.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The daemon opens its journal and loads the model.
    public static let starting = LoopState(rawValue: "starting")
    /// A round runs.
    public static let running = LoopState(rawValue: "running")
    /// A person paused the loop.
    public static let paused = LoopState(rawValue: "paused")
    /// Rounds brought nothing: the loop waits for questions, a rollback or resume; `stopReason` says more.
    public static let plateau = LoopState(rawValue: "plateau")
    /// Target or budget is reached; `stopReason` says which.
    public static let completed = LoopState(rawValue: "completed")
    /// The loop waits for something else, such as the next try after a failure; `detail` says what.
    public static let waiting = LoopState(rawValue: "waiting")
    /// The daemon saves and stops.
    public static let stopping = LoopState(rawValue: "stopping")
}

/// Everything `autodidact status` shows.
public struct StatusReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// What the daemon does.
    public var state: LoopState
    /// Why, in plain words, if the state alone does not say it.
    public var detail: String?
    /// Why no further round begins (`StopReason`, or a newer daemon's); nil while the loop works.
    public var stopReason: String?
    /// What to do about it, in one line.
    public var stopAdvice: String?
    /// The open round.
    public var round: RoundID?
    /// Its phase.
    public var phase: Phase?
    /// How far the phase is; nil while nothing runs.
    public var progress: ProgressItem?
    /// The checkpoint that answers and that the next round starts from.
    public var currentCheckpoint: CheckpointRecord
    /// The base model's evaluations, to compare with.
    public var baseEvaluations: [EvaluationSummary]
    /// Rounds that have ended, whatever their outcome.
    public var finishedRoundCount: Int
    /// Rounds of `loop.rounds`; nil if the loop runs without end.
    public var targetRoundCount: Int?
    /// The current checkpoint's accuracy on the gate after each of the newest rounds, oldest first, 0 to 1;
    /// nil from an older daemon.
    public var gateTrend: [Double]?
    /// Questions in use, by split; nil from an older daemon.
    public var questionCounts: [String: Int]?
    /// Retired questions, by split; nil from an older daemon.
    public var retiredCounts: [String: Int]?
    /// Bytes free on the state directory's disk; nil from an older daemon.
    public var freeByteCount: Int?
    /// Memory that the daemon uses, in bytes; nil from an older daemon.
    public var residentByteCount: Int?
    /// The newest events, oldest first.
    public var events: [EventItem]
    /// The model; nil before it is loaded.
    public var model: ModelIdentity?
    /// How the next round's prompts are written: `prompt.format`, with `auto` replaced by what it means for
    /// the model; nil from an older daemon.
    public var promptFormat: String?
    /// Names the process, as `EpochItem` does: after a change numbers of events may have begun again; nil
    /// from an older daemon.
    public var epoch: String?
    /// Absolute path of the state directory.
    public var stateDirectory: String
    /// The daemon's version.
    public var version: String
    /// The daemon's process.
    public var pid: Int
    /// Seconds since the daemon started.
    public var uptimeSeconds: Double

    /// Memberwise.
    public init(
        state: LoopState,
        detail: String? = nil,
        stopReason: String? = nil,
        stopAdvice: String? = nil,
        round: RoundID? = nil,
        phase: Phase? = nil,
        progress: ProgressItem? = nil,
        currentCheckpoint: CheckpointRecord,
        baseEvaluations: [EvaluationSummary],
        finishedRoundCount: Int,
        targetRoundCount: Int? = nil,
        gateTrend: [Double]? = nil,
        questionCounts: [String: Int]? = nil,
        retiredCounts: [String: Int]? = nil,
        freeByteCount: Int? = nil,
        residentByteCount: Int? = nil,
        events: [EventItem],
        model: ModelIdentity?,
        promptFormat: String? = nil,
        epoch: String? = nil,
        stateDirectory: String,
        version: String = ControlVersion.program,
        pid: Int,
        uptimeSeconds: Double
    ) {
        self.state = state
        self.detail = detail
        self.stopReason = stopReason
        self.stopAdvice = stopAdvice
        self.round = round
        self.phase = phase
        self.progress = progress
        self.currentCheckpoint = currentCheckpoint
        self.baseEvaluations = baseEvaluations
        self.finishedRoundCount = finishedRoundCount
        self.targetRoundCount = targetRoundCount
        self.gateTrend = gateTrend
        self.questionCounts = questionCounts
        self.retiredCounts = retiredCounts
        self.freeByteCount = freeByteCount
        self.residentByteCount = residentByteCount
        self.events = events
        self.model = model
        self.promptFormat = promptFormat
        self.epoch = epoch
        self.stateDirectory = stateDirectory
        self.version = version
        self.pid = pid
        self.uptimeSeconds = uptimeSeconds
    }
}

/// The reply to pause and resume.
public struct LoopStateReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The state after the request.
    public var state: LoopState
    /// The open round.
    public var round: RoundID?
    /// Its phase.
    public var phase: Phase?

    /// Memberwise.
    public init(state: LoopState, round: RoundID? = nil, phase: Phase? = nil) {
        self.state = state
        self.round = round
        self.phase = phase
    }
}
