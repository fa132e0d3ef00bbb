/// Which fields of a record are question, answer, rationale and options, where no layout says so.
public struct FieldMapping: Hashable, Sendable {
    /// The field with the question's text.
    public var question: String?
    /// The field with the reference answer.
    public var answer: String?
    /// The field with the worked answer.
    public var rationale: String?
    /// The field with the options, or one field for each.
    public var choices: [String]
    /// Options that are the same for every question.
    public var options: [String]

    /// Names given by a person; what is not given is guessed.
    public init(
        question: String? = nil,
        answer: String? = nil,
        rationale: String? = nil,
        choices: [String] = [],
        options: [String] = []
    ) {
        self.question = question
        self.answer = answer
        self.rationale = rationale
        self.choices = choices
        self.options = options
    }

    /// Whether a person has named any field.
    public var isGiven: Bool { self != FieldMapping() }

    /// What fields are called that hold a question, the likeliest first.
    private static let questions = [
        "question", "problem", "prompt", "query", "instruction", "input", "inputs", "text", "sentence",
        "review",
        "question_text", "message",
    ]
    private static let answers = [
        "answer", "final_answer", "expected_answer", "correct_answer", "ground_truth", "gold", "label",
        "target",
        "targets", "answerkey", "output", "completion", "response", "solution", "class", "category",
        "sentiment",
    ]
    private static let rationales = [
        "rationale", "explanation", "reasoning", "chain_of_thought", "cot", "thought", "steps",
        "worked_answer",
        "solution",
    ]
    private static let lists = ["choices", "options", "alternatives"]
    /// Tables with one column for each option.
    private static let columns = [
        ["a", "b", "c", "d", "e"], ["choice_a", "choice_b", "choice_c", "choice_d", "choice_e"],
        ["option_a", "option_b", "option_c", "option_d", "option_e"],
        ["option1", "option2", "option3", "option4", "option5"],
        ["choice1", "choice2", "choice3", "choice4", "choice5"],
        ["opa", "opb", "opc", "opd", "ope"],
    ]

    /// The mapping with every field that can be guessed from the records' fields.
    ///
    /// - Parameters:
    ///   - names: Every field of the records, in order.
    ///   - file: What messages call the file.
    /// - Returns: The mapping, with a question at least.
    /// - Throws: `QuestionFile.Fault` when a named field is missing or no question can be found.
    public func resolved(for names: [String], file: String) throws(QuestionFile.Fault) -> FieldMapping {
        let shown = names.map { "\"\($0)\"" }.joined(separator: ", ")
        for name in [question, answer, rationale].compactMap({ $0 }) + choices where !names.contains(name) {
            throw QuestionFile.Fault("\(file) has no field \"\(name)\"", hint: "its fields are \(shown)")
        }
        var used = Set([question, answer, rationale].compactMap { $0 } + choices)
        func guess(_ known: [String]) -> String? {
            for name in known {
                if let found = names.first(where: { $0.lowercased() == name && !used.contains($0) }) {
                    used.insert(found)
                    return found
                }
            }
            return nil
        }
        var mapping = self
        mapping.question = question ?? guess(Self.questions)
        guard mapping.question != nil else {
            guard !names.isEmpty else {
                throw QuestionFile.Fault(
                    "\(file) has no records with fields",
                    hint:
                        "a table needs a line of names and lines that end in LF or CR LF; save it anew with these"
                )
            }
            throw QuestionFile.Fault(
                "no field of \(file) looks like a question: \(shown)",
                hint: "name the fields with --question and --answer"
            )
        }
        mapping.answer = answer ?? guess(Self.answers)
        mapping.rationale = rationale ?? guess(Self.rationales)
        guard choices.isEmpty, options.isEmpty else { return mapping }
        if let list = guess(Self.lists) {
            mapping.choices = [list]
        } else {
            for set in Self.columns {
                let found = set.prefix { name in
                    names.contains { $0.lowercased() == name && !used.contains($0) }
                }
                guard found.count >= 2 else { continue }
                mapping.choices = found.compactMap { name in names.first { $0.lowercased() == name } }
                break
            }
        }
        return mapping
    }

    /// Which field is used for what, as a person reads it and `import.json` keeps it.
    public var fields: [(part: String, field: String)] {
        [("question", question), ("answer", answer), ("rationale", rationale)].compactMap { part, field in
            field.map { (part, $0) }
        } + (choices.isEmpty ? [] : [("choices", choices.joined(separator: ","))])
            + (options.isEmpty ? [] : [("options", options.joined(separator: ","))])
    }
}
