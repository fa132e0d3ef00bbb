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
    /// The same question in other words; nil is the same as none.
    public var variants: [String]?
    /// How hard it is, a whole number from 0; nil where nobody has said.
    public var level: Int?
    /// Its line in the file, from 1, for messages and the journal; nil counts the request's own lines.
    public var line: Int?

    /// Memberwise.
    public init(
        question: String,
        answer: String? = nil,
        rationale: String? = nil,
        choices: [String]? = nil,
        variants: [String]? = nil,
        level: Int? = nil,
        line: Int? = nil
    ) {
        self.question = question
        self.answer = answer
        self.rationale = rationale
        self.choices = choices
        self.variants = variants
        self.level = level
        self.line = line
    }

    /// A line of a file.
    public init(_ line: QuestionFile.Line) {
        self.init(
            question: line.question,
            answer: line.answer,
            rationale: line.rationale,
            choices: line.choices,
            variants: line.variants,
            level: line.level,
            line: line.number
        )
    }

    /// The line as the journal takes it.
    ///
    /// - Parameters:
    ///   - split: What it is used for.
    ///   - origin: File and line, for messages.
    /// - Returns: The question, in no journal yet.
    public func input(split: Split, origin: String) -> QuestionInput {
        QuestionInput(
            text: question,
            choices: choices ?? [],
            answer: answer,
            rationale: rationale,
            level: level,
            split: split,
            origin: origin,
            variants: variants ?? []
        )
    }
}

/// Adds questions to a split: all of them, or none if one breaks a rule.
public struct AddQuestionsRequest: Hashable, Codable, Sendable {
    /// The split.
    public var split: Split
    /// The questions.
    public var lines: [QuestionLine]
    /// The file's name without directories, for messages and the journal; nil says `added`.
    public var source: String?

    /// Memberwise.
    public init(split: Split, lines: [QuestionLine], source: String? = nil) {
        self.split = split
        self.lines = lines
        self.source = source
    }

    /// Where a line comes from, such as `train.jsonl:7`: what messages name and the journal keeps.
    ///
    /// - Parameter index: The line's index in `lines`.
    /// - Returns: Name and number of the line; a name that is too long is cut, control characters are
    ///   removed.
    public func origin(of index: Int) -> String {
        let scalars = (source ?? "").unicodeScalars
            .filter { $0.properties.generalCategory != .control && $0 != "/" }
        let name = String(String.UnicodeScalarView(scalars)).suffix(ControlLimits.sourceCharacterCount)
        return "\(name.isEmpty ? "added" : name):\(lines[index].line ?? index + 1)"
    }
}

/// What was added.
public struct AddQuestionsReply: ControlReply, Hashable {
    /// Schema version of the reply.
    public var schemaVersion = ControlVersion.schema
    /// Questions that are new; the others were already in the split.
    public var addedCount: Int
    /// The numbers of the new questions, in the order of the lines.
    public var ids: [QuestionID]
    /// Lines with a question that was already in the split; nil from an older daemon.
    public var known: [KnownQuestion]?
    /// Lines with another answer of a train question; nil when there are none.
    public var corrected: [KnownQuestion]?
    /// What deserves attention, such as a question repeated within its split; nil when there is nothing.
    public var warnings: [String]?

    /// Memberwise.
    public init(
        ids: [QuestionID],
        known: [KnownQuestion]? = nil,
        corrected: [KnownQuestion]? = nil,
        warnings: [String]? = nil
    ) {
        addedCount = ids.count
        self.ids = ids
        self.known = known
        self.corrected = corrected
        self.warnings = warnings
    }
}

/// A line with a question that was already in the split.
public struct KnownQuestion: Hashable, Codable, Sendable {
    /// File and line, such as `train.jsonl:7`.
    public var origin: String
    /// The number that the question has.
    public var question: QuestionID

    /// Memberwise.
    public init(origin: String, question: QuestionID) {
        self.origin = origin
        self.question = question
    }
}
