/// One file of a person's, unpacked.
public struct ImportSource: Sendable {
    /// What messages call it.
    public var name: String
    /// The split that it is; nil when it is to be divided.
    public var split: Split?
    /// Its bytes.
    public var bytes: [UInt8]

    /// Memberwise.
    public init(name: String, split: Split? = nil, bytes: [UInt8]) {
        self.name = name
        self.split = split
        self.bytes = bytes
    }
}

/// What a person can choose about an import.
public struct ImportSettings: Sendable {
    /// The layout's name; nil recognises it.
    public var layout: String?
    /// Fields by name, where there is no layout.
    public var mapping = FieldMapping()
    /// Sizes of the splits.
    public var plan = SplitPlan()
    /// What the division depends on.
    public var seed: UInt64 = 0
    /// Worked examples to choose.
    public var shotCount = 4
    /// `prompt.answerCue`.
    public var cue = PromptSettings().answerCue
    /// `vote.answerKind`; nil guesses.
    public var kind: AnswerKindID?
    /// Whether worked examples may be the answer alone whatever its kind, where no question has a rationale.
    public var allowsBareShots = false

    /// The defaults.
    public init() {}
}

/// What an import makes of files; nothing is written yet.
public struct ImportResult: Sendable {
    /// How a file was read.
    public struct Source: Hashable, Sendable {
        /// What messages call it.
        public var name: String
        /// The split that it is; nil when it was divided.
        public var split: Split?
        /// Its form.
        public var format: SourceFormat
        /// Its layout; nil when fields were mapped.
        public var layout: String?
        /// The part of a question that each mapped field is.
        public var fields: [String: String]
        /// Its records.
        public var recordCount: Int
    }

    /// Records that make no question, of one sort.
    public struct Drop: Hashable, Sendable {
        /// Why: a clause that follows a count, such as `without a question`.
        public var reason: String
        /// How many.
        public var count: Int
        /// File and line of the first.
        public var origin: String
        /// More about the first; empty if the reason says all.
        public var example: String
    }

    /// The files.
    public var sources: [Source] = []
    /// The answer kind.
    public var answers: AnswerGuess
    /// The questions of each split, in the order of the files.
    public var splits: [Split: [QuestionInput]] = [:]
    /// Questions held out for a valid set, whose rationales are not written yet.
    public var todo: [QuestionInput] = []
    /// The worked examples.
    public var shots: [QuestionInput] = []
    /// What is left out, the sort that came first in front.
    public var drops: [Drop] = []
    /// What a person should know.
    public var notes: [String] = []

    /// Questions of the splits, and those that wait for a rationale.
    public var questionCount: Int { splits.values.reduce(todo.count) { $0 + $1.count } }

    /// The worked examples as `prompt.shots` wants them, by the default template.
    public var shotsText: String { Self.shotsText(of: shots) }

    static func shotsText(of shots: [QuestionInput]) -> String {
        let prompt = PromptSettings()
        let format = PlainFormat(template: prompt.template)
        return shots.map { question in
            let completion = prompt.completion(for: question.rationale ?? "")
            return format.render(Prompt(question)).text + completion + "\n"
        }.joined()
    }
}

extension QuestionFile {
    /// Questions as a file of them, one object per line.
    ///
    /// - Parameter questions: Any questions.
    /// - Returns: Lines that `lines(of:name:)` reads back.
    public static func text(of questions: [QuestionInput]) -> String {
        questions.map { question in
            var fields = ["\"question\": \(quoted(question.text))"]
            if !question.choices.isEmpty {
                fields.append("\"choices\": [\(question.choices.map(quoted).joined(separator: ", "))]")
            }
            if let rationale = question.rationale { fields.append("\"rationale\": \(quoted(rationale))") }
            if let answer = question.answer { fields.append("\"answer\": \(quoted(answer))") }
            if !question.variants.isEmpty {
                fields.append("\"variants\": [\(question.variants.map(quoted).joined(separator: ", "))]")
            }
            if let level = question.level { fields.append("\"level\": \(level)") }
            return "{\(fields.joined(separator: ", "))}\n"
        }.joined()
    }

    /// A text in the quotes and escapes of JSON, on one line.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "\u{0}"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
