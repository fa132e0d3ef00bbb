import Foundation

/// A line of a file: only the known fields; `null` is the same as none.
struct QuestionFileLine: Decodable {
    private let question: String
    private let answer: String?
    private let rationale: String?
    private let choices: [String]?
    private let variants: [String]?
    private let level: Int?
    /// The answer where it is written as a number that no integer holds.
    private let number: Double?
    /// Whether the answer is a JSON object or list of its own.
    private let isNested: Bool

    private typealias Fields = KeyedDecodingContainer<SettingKey>

    init(from decoder: any Decoder) throws {
        guard let fields = try? decoder.container(keyedBy: SettingKey.self) else {
            throw QuestionFile.Fault("the line is not a JSON object", hint: "write {\"question\": \"…\"}")
        }
        let known: Set<String> = ["question", "answer", "rationale", "choices", "variants", "level"]
        if let unknown = fields.allKeys.map(\.stringValue).filter({ !known.contains($0) }).min() {
            throw QuestionFile.Fault(
                "unknown field \"\(unknown)\"",
                hint: "fields are question, answer, rationale, choices, variants and level; "
                    + "each split has its own file"
            )
        }
        question = try Self.text("question", in: fields) ?? ""
        let key = SettingKey("answer")
        isNested =
            (try? fields.nestedContainer(keyedBy: SettingKey.self, forKey: key)) != nil
            || (try? fields.nestedUnkeyedContainer(forKey: key)) != nil
        answer = isNested ? nil : try Self.text("answer", in: fields)
        rationale = try Self.text("rationale", in: fields)
        choices = try Self.choices(in: fields)
        variants = try Self.variants(in: fields)
        level = try Self.level(in: fields)
        let isInteger = (try? fields.decode(Int.self, forKey: key)) != nil
        number = isInteger ? nil : try? fields.decode(Double.self, forKey: key)
    }

    /// The line's content.
    ///
    /// - Parameters:
    ///   - line: Its number in the file, from 1.
    ///   - bytes: The line as it is written: binary floating point would round an answer such as
    ///     0.1234567890123456789.
    /// - Returns: The fields, not yet checked against a split.
    func content(line: Int, written bytes: Data) -> QuestionFile.Line {
        var answer = isNested ? JSONDigits.nested(named: "answer", in: bytes) : answer
        if let number, let digits = JSONDigits.number(named: "answer", equalTo: number, in: bytes),
            JSONDigits.withoutTrailingZeros(digits) != answer
        {
            answer = digits
        }
        return QuestionFile.Line(
            number: line,
            question: question,
            answer: answer,
            rationale: rationale,
            choices: choices,
            variants: variants,
            level: level
        )
    }

    /// A text; an answer may also be a number or a truth value, as answers are often written.
    private static func text(_ name: String, in fields: Fields) throws -> String? {
        let key = SettingKey(name)
        guard fields.contains(key), try !fields.decodeNil(forKey: key) else { return nil }
        if let text = try? fields.decode(String.self, forKey: key) { return text }
        if name == "answer" {
            if let truth = try? fields.decode(Bool.self, forKey: key) { return truth ? "true" : "false" }
            if let whole = try? fields.decode(Int.self, forKey: key) { return String(whole) }
            if let number = try? fields.decode(Double.self, forKey: key) { return String(number) }
        }
        throw QuestionFile.Fault("the field \"\(name)\" is not a text", hint: "put it in quotes")
    }

    private static func choices(in fields: Fields) throws -> [String]? {
        let key = SettingKey("choices")
        guard fields.contains(key), try !fields.decodeNil(forKey: key) else { return nil }
        guard let choices = try? fields.decode([String].self, forKey: key), choices.count != 1 else {
            throw QuestionFile.Fault(
                "the field \"choices\" is not a list of two or more texts",
                hint: "write \"choices\": [\"first\", \"second\"]"
            )
        }
        return choices
    }

    private static func variants(in fields: Fields) throws -> [String]? {
        let key = SettingKey("variants")
        guard fields.contains(key), try !fields.decodeNil(forKey: key) else { return nil }
        guard let variants = try? fields.decode([String].self, forKey: key) else {
            throw QuestionFile.Fault(
                "the field \"variants\" is not a list of texts",
                hint: "write \"variants\": [\"the question in other words\"]"
            )
        }
        return variants
    }

    private static func level(in fields: Fields) throws -> Int? {
        let key = SettingKey("level")
        guard fields.contains(key), try !fields.decodeNil(forKey: key) else { return nil }
        let top = QuestionLevel.range.upperBound
        guard let level = try? fields.decode(Int.self, forKey: key) else {
            throw QuestionFile.Fault(
                "the field \"level\" is not a whole number from 0 to \(top)",
                hint: "write a number without quotes, such as \"level\": 3, the easiest questions lowest"
            )
        }
        if let fault = QuestionLevel.fault(of: level) {
            throw QuestionFile.Fault(fault, hint: "count levels from 0 or 1, the easiest questions lowest")
        }
        return level
    }
}
