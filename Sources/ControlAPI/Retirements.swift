public import Loop

/// Takes questions out of use from the next round on, or puts them back; one of `ids`, `file`, `lines`,
/// `text` and `isGone` says which.
public struct RetireRequest: Hashable, Codable, Sendable {
    /// Their numbers.
    public var ids: [QuestionID]?
    /// Those that came from a file of this name, such as `train.jsonl`.
    public var file: String?
    /// Those with the text and options of these lines.
    public var lines: [QuestionLine]?
    /// The one with this text; upper case, white space and punctuation at the ends do not count.
    public var text: String?
    /// Those that came from the configured files, and whose lines these no longer have.
    public var isGone: Bool?
    /// Only those of this split.
    public var split: Split?
    /// Whether all are meant if several questions have the text.
    public var isAll: Bool?
    /// Whether to put them back.
    public var isBack: Bool
    /// Only say what would change.
    public var isDryRun: Bool

    /// Memberwise.
    public init(
        ids: [QuestionID]? = nil,
        file: String? = nil,
        lines: [QuestionLine]? = nil,
        text: String? = nil,
        isGone: Bool? = nil,
        split: Split? = nil,
        isAll: Bool? = nil,
        isBack: Bool = false,
        isDryRun: Bool = false
    ) {
        self.ids = ids
        self.file = file
        self.lines = lines
        self.text = text
        self.isGone = isGone
        self.split = split
        self.isAll = isAll
        self.isBack = isBack
        self.isDryRun = isDryRun
    }
}

/// A question that is or was out of use.
public struct RetiredItem: Hashable, Codable, Sendable {
    /// Its number.
    public var question: QuestionID
    /// What it is used for.
    public var split: Split
    /// Its text.
    public var text: String
    /// File and line that it came from.
    public var origin: String
    /// When it was taken out of use, ISO 8601 UTC; nil in what is about to happen.
    public var retiredAt: String?
    /// The last round that began with it, 0 for none; nil in what is about to happen.
    public var lastRound: RoundID?

    /// Memberwise.
    public init(_ question: Question, retiredAt: String? = nil, lastRound: RoundID? = nil) {
        self.question = question.id
        split = question.content.split
        text = question.content.text
        origin = question.content.origin
        self.retiredAt = retiredAt
        self.lastRound = lastRound
    }
}

/// What was taken out of use or put back, or would be.
public struct RetireReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// Whether they were put back.
    public var isBack: Bool
    /// Whether nothing was changed yet.
    public var isDryRun: Bool
    /// The numbers of the questions that change.
    public var ids: [QuestionID]
    /// The first of them; `ControlLimits.shownQuestionCount` at most.
    public var questions: [RetiredItem]
    /// Numbers of questions that were so already.
    public var unchanged: [QuestionID]
    /// The first round that it counts for.
    public var firstRound: RoundID
    /// Questions in use afterwards, by split.
    public var counts: [String: Int]
    /// What deserves attention; nil when there is nothing.
    public var warnings: [String]?

    /// Memberwise.
    public init(
        isBack: Bool,
        isDryRun: Bool,
        ids: [QuestionID],
        questions: [RetiredItem],
        unchanged: [QuestionID],
        firstRound: RoundID,
        counts: [String: Int],
        warnings: [String]? = nil
    ) {
        self.isBack = isBack
        self.isDryRun = isDryRun
        self.ids = ids
        self.questions = questions
        self.unchanged = unchanged
        self.firstRound = firstRound
        self.counts = counts
        self.warnings = warnings
    }
}

/// The questions that are out of use.
public struct RetiredReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The questions in order of split and number.
    public var questions: [RetiredItem]
    /// How many there are, beyond this list too.
    public var totalCount: Int
    /// Questions in use, by split.
    public var counts: [String: Int]

    /// Memberwise.
    public init(questions: [RetiredItem], totalCount: Int, counts: [String: Int]) {
        self.questions = questions
        self.totalCount = totalCount
        self.counts = counts
    }
}
