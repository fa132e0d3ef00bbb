/// Every path of the API.
///
/// Templates in braces are spelled as hummingbird and RFC 6570 spell them.
public enum ControlRoute {
    /// `GET` → `PingReply`.
    public static let ping = "/v1/ping"
    /// `GET` → `StatusReply`.
    public static let status = "/v1/status"
    /// `GET` with `?limit`, `?after`, `?outcome` → `RoundsReply`, in order of number: the newest rounds, or
    /// those after `after`.
    public static let rounds = "/v1/rounds"
    /// `GET` → `RoundReply`.
    public static let round = "/v1/rounds/{round}"
    /// `GET` with `ControlQuery` → `CandidatesReply`.
    public static let candidates = "/v1/rounds/{round}/candidates"
    /// `GET` → `ExplainReply`.
    public static let candidate = "/v1/rounds/{round}/candidates/{question}/{index}"
    /// `GET` with `?limit` → `CheckpointsReply`: the newest checkpoints, the base model's and the current
    /// one.
    public static let checkpoints = "/v1/checkpoints"
    /// `GET` with `ControlQuery.a`, `b` and `split`, `offset`, `limit` → `CompareReply`.
    public static let compare = "/v1/compare"
    /// `GET` with `?after` or `Last-Event-ID`, and `Last-Event-Time` → a stream of `ServerSentEvent`.
    public static let events = "/v1/events"
    /// `GET` → `ConfigReply`.
    public static let config = "/v1/config"
    /// `GET` → `PreflightReply`; the problem `not_measured` when there is none.
    public static let preflight = "/v1/preflight"
    /// `POST` without a body → `LoopStateReply`; idempotent.
    public static let pause = "/v1/pause"
    /// `POST` without a body → `LoopStateReply`; idempotent.
    public static let resume = "/v1/resume"
    /// `GET` with `?round` or `?undo=true` → `RollbackPreviewReply`; `POST` `RollbackRequest` →
    /// `RollbackReply`.
    public static let rollback = "/v1/rollback"
    /// `POST` `AddQuestionsRequest` → `AddQuestionsReply`; all lines or none.
    public static let questions = "/v1/questions"
    /// `GET` with `?split`, `?limit` → `RetiredReply`; `POST` `RetireRequest` → `RetireReply`.
    public static let retire = "/v1/retire"
    /// `POST` `AskRequest` → `AskReply`; with `Accept: text/event-stream` a stream with it in the last block.
    public static let ask = "/v1/ask"
    /// `POST` `ExportRequest` → `ExportReply`.
    public static let exports = "/v1/exports"

    /// `POST` `PinRequest` → `PinReply`; idempotent.
    public static let pin = "/v1/pin"
    /// `POST` `PruneRequest` → `PruneReply`.
    public static let prune = "/v1/prune"
    /// `GET` → Prometheus's text format.
    public static let metrics = "/v1/metrics"
    /// `GET` → `VerifyReply`; reads every recorded file.
    public static let verify = "/v1/verify"
    /// `GET` → `OpenAPI.document`.
    public static let openAPI = "/v1/openapi.json"

    /// Paths whose `POST` takes `ControlHeader.idempotencyKey`: the change happens once however often it is
    /// sent.
    public static let keyed: Set<String> = [rollback, questions, retire, exports, prune]

    /// The path of one round.
    public static func round(_ round: Int) -> String { "\(rounds)/\(round)" }

    /// The path of one round's candidates.
    public static func candidates(_ round: Int) -> String { "\(rounds)/\(round)/candidates" }

    /// The path of one candidate.
    public static func candidate(_ round: Int, question: Int, index: Int) -> String {
        "\(candidates(round))/\(question)/\(index)"
    }
}

/// Names of query parameters.
public enum ControlQuery {
    /// Candidates with this verdict only: `kept` or `dropped`.
    public static let verdict = "verdict"
    /// Candidates with this `VerdictReason` only.
    public static let reason = "reason"
    /// Rounds with this `Outcome` only.
    public static let outcome = "outcome"
    /// The round a rollback would go to.
    public static let round = "round"
    /// `true`: the rollback would undo the last one.
    public static let undo = "undo"
    /// Candidates with at least this DS weight only.
    public static let minDS = "min_ds"
    /// Candidates with at most this DS weight only.
    public static let maxDS = "max_ds"
    /// Candidates of this question number only.
    public static let question = "question"
    /// The round of a comparison's first checkpoint; 0 is the base model.
    public static let a = "a"
    /// The round of its second checkpoint.
    public static let b = "b"
    /// The split whose questions are compared: `gate`, `test` or `valid`.
    public static let split = "split"
    /// How many matching items to skip.
    public static let offset = "offset"
    /// How many items to send.
    public static let limit = "limit"
    /// Events or rounds with a greater number only; without it a stream of events starts now.
    public static let after = "after"
}

/// Names of headers and media types.
public enum ControlHeader {
    /// The id of the last event that a reconnecting client has seen; the same as `ControlQuery.after`.
    public static let lastEventID = "Last-Event-ID"
    /// When that event was, as its `time` says: tells it from another event of the same number, after a backup
    /// has been restored.
    public static let lastEventTime = "Last-Event-Time"
    /// The client's name for a change that it may send again: 1 to 64 visible ASCII characters.
    public static let idempotencyKey = "Idempotency-Key"
    /// `true` in a reply that was kept from the first time.
    public static let replayed = "Idempotent-Replayed"
    /// Media type of replies.
    public static let json = "application/json"
    /// Media type of `Problem`.
    public static let problem = "application/problem+json"
    /// Media type of event streams.
    public static let eventStream = "text/event-stream"
}
