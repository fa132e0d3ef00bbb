public import Loop

/// One line of a question file.
public struct QuestionLine: Hashable, Codable, Sendable {
    /// The question's text.
    public var question: String
    /// The reference answer.
    public var answer: String?
    /// The reference reasoning; required in the valid set.
    public var rationale: String?
    /// The options of a choice question in order.
    public var choices: [String]?

    /// Builds a line.
    public init(question: String, answer: String? = nil, rationale: String? = nil, choices: [String]? = nil) {
        self.question = question
        self.answer = answer
        self.rationale = rationale
        self.choices = choices
    }
}

/// Adds questions to a split: all of them or, when one breaks a rule, none.
public struct AddQuestionsRequest: Hashable, Codable, Sendable {
    /// The split.
    public var split: Split
    /// The questions.
    public var lines: [QuestionLine]

    /// Builds a request.
    public init(split: Split, lines: [QuestionLine]) {
        self.split = split
        self.lines = lines
    }
}

/// What was added.
public struct AddQuestionsReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// Questions that are new; the others stood in the split already.
    public var addedCount: Int
    /// The numbers of the new questions, in the order of the lines.
    public var ids: [QuestionID]

    /// Builds a reply.
    public init(ids: [QuestionID]) {
        addedCount = ids.count
        self.ids = ids
    }
}

/// Asks the model one question.
public struct AskRequest: Hashable, Codable, Sendable {
    /// The question.
    public var question: String
    /// True asks the base model instead of the current checkpoint.
    public var base: Bool
    /// Sampling temperature; nil or 0 is greedy.
    public var temperature: Double?

    /// Builds a request.
    public init(question: String, base: Bool = false, temperature: Double? = nil) {
        self.question = question
        self.base = base
        self.temperature = temperature
    }
}

/// The model's answer.
public struct AskReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// The text, rationale and answer.
    public var text: String
    /// The extracted answer; nil when none could be read.
    public var answer: String?
    /// The checkpoint that answered; 0 is the base model.
    public var checkpoint: CheckpointID
    /// Sampled tokens.
    public var tokenCount: Int
    /// Wall-clock seconds.
    public var seconds: Double

    /// Builds a reply.
    public init(text: String, answer: String?, checkpoint: CheckpointID, tokenCount: Int, seconds: Double) {
        self.text = text
        self.answer = answer
        self.checkpoint = checkpoint
        self.tokenCount = tokenCount
        self.seconds = seconds
    }
}
