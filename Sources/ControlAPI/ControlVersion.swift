import Loop

/// The version that daemon and CLI speak.
public enum ControlVersion {
    /// Version of the reply objects: grows when a field's meaning changes, not when one is added.
    public static let schema = 1
    /// Version in every path.
    public static let api = "v1"
    /// The program's version, the same for `autodidactd` and `autodidact`.
    public static let program = "0.1.0"
    /// Response header that carries `program` of the daemon.
    public static let headerName = "Autodidact-Version"
}

/// Limits that both sides keep.
public enum ControlLimits {
    /// Largest request body, except for `POST /v1/questions` and `/v1/retire`.
    public static let bodyByteCount = 64 * 1024
    /// Largest body of `POST /v1/questions` and `/v1/retire`.
    public static let questionsBodyByteCount = 8 * 1024 * 1024
    /// Longest idempotency key, in characters.
    public static let keyLength = 64
    /// Longest question text, in bytes.
    public static let questionByteCount = QuestionFile.questionByteLimit
    /// Candidates per page when the request names no limit.
    public static let defaultPageSize = 50
    /// Most candidates or rounds per page.
    public static let maximumPageSize = 1000
    /// Rounds or checkpoints in a list when the request names no limit.
    public static let defaultListSize = 100
    /// Most checkpoints in a list.
    public static let maximumListSize = 20_000
    /// Most faults that one problem lists.
    public static let faultCount = 100
    /// Most questions that a reply to `retire` shows; the numbers of all are there.
    public static let shownQuestionCount = 100
    /// Longest name of the file that added questions come from, in characters.
    public static let sourceCharacterCount = 80
    /// How many candidates a person's question may have.
    public static let askedCandidateCounts = 2...64
    /// Longest path of a Unix socket on Linux, in bytes (`sun_path` without its final zero).
    public static let socketPathByteCount = 107
    /// Seconds between comment lines that keep an idle event stream alive.
    public static let heartbeatSeconds = 15

    /// Refuses a question's text that is too long, wherever it comes from.
    ///
    /// - Parameter question: The text.
    /// - Throws: `Problem` `too_large` with the size.
    public static func check(question: String) throws(Problem) {
        guard question.utf8.count <= questionByteCount else {
            throw Problem(
                .tooLarge,
                "the question has \(question.utf8.count) bytes, more than \(questionByteCount)",
                hint: "shorten it"
            )
        }
    }
}
