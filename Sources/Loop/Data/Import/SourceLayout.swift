/// The form in which a published set of questions comes: which fields it has, and what of them makes a
/// question.
///
/// A layout is one file with one type, and one line in `SourceLayouts`.
public protocol SourceLayout: Sendable {
    /// Its name on the command line.
    static var name: String { get }
    /// Its fields, for a person.
    static var shape: String { get }

    /// Whether a record has the layout's fields and could not be of another.
    static func fits(_ record: SourceObject) -> Bool

    /// The questions of a record, and what of it makes none.
    static func items(of record: SourceObject) -> [SourceItem]
}

/// What a record gives.
public enum SourceItem: Hashable, Sendable {
    /// A question.
    case question(QuestionDraft)
    /// None, and why: a clause that follows a count, such as `without a question`.
    case left(String, line: Int)
}

/// A question on its way from a file to a split.
public struct QuestionDraft: Hashable, Sendable {
    /// The question's text.
    public var text: String
    /// The options in order; empty for a question without.
    public var choices: [String]
    /// The reference answer.
    public var answer: String?
    /// The worked answer.
    public var rationale: String?
    /// The same question in other words.
    public var variants: [String] = []
    /// How hard it is, where its record says so by a number.
    public var level: Int?
    /// The line on which its record begins, from 1.
    public var line: Int
    /// What messages call its file.
    public var file = ""
    /// The split that the person gave its file for; nil leaves the choice.
    public var split: Split?

    /// Builds a draft.
    public init(
        _ text: String,
        choices: [String] = [],
        answer: String? = nil,
        rationale: String? = nil,
        level: Int? = nil,
        line: Int
    ) {
        self.text = text
        self.choices = choices
        self.answer = answer
        self.rationale = rationale
        self.level = level
        self.line = line
    }

    /// File and line.
    public var origin: String { "\(file):\(line)" }

    /// The question as it is written into a split.
    func input(_ split: Split) -> QuestionInput {
        QuestionInput(
            text: text,
            choices: choices,
            answer: answer,
            rationale: rationale,
            level: level,
            split: split,
            origin: origin,
            variants: variants
        )
    }
}

extension SourceItem {
    /// The field of the same question in other words, as question files call it.
    private static let variants = "variants"

    /// A record's only question with the variants that the record has, whatever its layout.
    static func adding(variantsOf record: SourceObject, to items: [SourceItem]) -> [SourceItem] {
        guard items.count == 1, case .question(var draft)? = items.first, let variants = record[Self.variants]
        else { return items }
        if case .null = variants { return items }
        guard let texts = variants.texts else {
            return [.left("whose \"\(Self.variants)\" is no list of texts", line: record.line)]
        }
        draft.variants = texts
        return [.question(draft)]
    }

    /// A question with what must be there; otherwise why there is none.
    static func of(
        _ record: SourceObject,
        _ text: String?,
        choices: [String] = [],
        answer: String?,
        rationale: String? = nil
    ) -> [SourceItem] {
        guard let text else { return [.left("without a question", line: record.line)] }
        return [
            .question(
                QuestionDraft(
                    text,
                    choices: choices,
                    answer: answer,
                    rationale: rationale,
                    level: level(of: record),
                    line: record.line
                )
            )
        ]
    }

    /// Whether a record has a field `level` with anything in it.
    static func namesLevel(_ record: SourceObject) -> Bool {
        switch record["level"] {
        case nil, .null: false
        case .text(let text): text.contains { !$0.isWhitespace }
        default: true
        }
    }

    /// The number in a record's field `level`, such as 3 or `Level 3`; nil where it has none, as a published
    /// set may call something else a level.
    private static func level(of record: SourceObject) -> Int? {
        guard let word = record.words("level")?.split(separator: " ").last, let level = Int(word),
            QuestionLevel.fault(of: level) == nil
        else { return nil }
        return level
    }
}
