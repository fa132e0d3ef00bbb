/// What a question is used for; no question is in two splits.
public enum Split: String, Codable, Sendable, CaseIterable {
    /// Questions the loop generates candidates for; their reference answers are never read by it.
    case train
    /// The small labelled set (question, rationale, answer) from which the mean valid loss is computed.
    case valid
    /// Held-out questions on which the gate decides between promotion and rejection.
    case gate
    /// Held-out questions scored after the verdict, for the report alone.
    case test
}

/// One question as it comes from a file, before the journal has numbered it.
public struct QuestionInput: Hashable, Codable, Sendable {
    /// The question's text, without any prompt around it.
    public var text: String
    /// The options of a choice question in order (A, B, …), or the labels of this question; empty for none.
    public var choices: [String]
    /// The reference answer, if there is one.
    public var answer: String?
    /// The reference reasoning that ends in the answer; required in the valid set.
    public var rationale: String?
    /// The same question in other words; candidates may be spread over them (`generate.views`).
    public var variants: [String]
    /// What the model itself wrote for a question without variants, in rounds so far (`generate.paraphrases`).
    ///
    /// The journal's reads fill it in; it is no part of a question as files and records have it.
    public var paraphrases: [String] = []
    /// How hard it is, a whole number from 0; nil where nobody has said.
    public var level: Int?
    /// What the question is used for.
    public var split: Split
    /// Where it came from: a file name and line, or `added` for questions given over the socket.
    public var origin: String

    /// Builds a question from its parts.
    public init(
        text: String,
        choices: [String] = [],
        answer: String? = nil,
        rationale: String? = nil,
        level: Int? = nil,
        split: Split,
        origin: String,
        variants: [String] = []
    ) {
        self.text = text
        self.choices = choices
        self.answer = answer
        self.rationale = rationale
        self.level = level
        self.split = split
        self.origin = origin
        self.variants = variants
    }
}

/// A question without variants and level reads and is written as it was before there were any.
extension QuestionInput {
    private enum CodingKeys: String, CodingKey {
        case text, choices, answer, rationale, level, split, origin, variants
    }

    /// Reads a question; no variants is none.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            text: try fields.decode(String.self, forKey: .text),
            choices: try fields.decode([String].self, forKey: .choices),
            answer: try fields.decodeIfPresent(String.self, forKey: .answer),
            rationale: try fields.decodeIfPresent(String.self, forKey: .rationale),
            level: try fields.decodeIfPresent(Int.self, forKey: .level),
            split: try fields.decode(Split.self, forKey: .split),
            origin: try fields.decode(String.self, forKey: .origin),
            variants: try fields.decodeIfPresent([String].self, forKey: .variants) ?? []
        )
    }

    /// Writes a question.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(text, forKey: .text)
        try fields.encode(choices, forKey: .choices)
        try fields.encodeIfPresent(answer, forKey: .answer)
        try fields.encodeIfPresent(rationale, forKey: .rationale)
        try fields.encodeIfPresent(level, forKey: .level)
        try fields.encode(split, forKey: .split)
        try fields.encode(origin, forKey: .origin)
        if !variants.isEmpty { try fields.encode(variants, forKey: .variants) }
    }
}

/// A question of the journal.
public struct Question: Hashable, Codable, Sendable, Identifiable {
    /// Its number.
    public let id: QuestionID
    /// Its content.
    public let content: QuestionInput

    /// Joins a number and a content.
    public init(id: QuestionID, content: QuestionInput) {
        self.id = id
        self.content = content
    }
}
