/// A first configuration for imported questions, with a reason for each value.
public struct StartConfiguration: Hashable, Sendable {
    /// One setting.
    public struct Choice: Hashable, Sendable {
        /// Its path, such as `generate.candidates`.
        public var path: String
        /// Its value as YAML.
        public var value: String
        /// Why it has this value, on one line.
        public var reason: String
    }

    /// The settings in the order of the reference.
    public let choices: [Choice]

    /// Chooses.
    ///
    /// - Parameters:
    ///   - result: The questions; what is in `files` is named relative to the configuration.
    ///   - settings: How they were imported.
    ///   - model: The model's path, relative to the configuration.
    ///   - modelReason: What the model is.
    ///   - names: The files' names: one for each split that has questions.
    ///   - shots: The name of the file of worked examples.
    /// - Throws: `QuestionFile.Fault` when there is no kind of answers, or when no round could be run.
    public init(
        _ result: ImportResult,
        _ settings: ImportSettings,
        model: String,
        modelReason: String,
        names: (Split) -> String,
        shots: String
    ) throws(QuestionFile.Fault) {
        let kind = try Self.kind(of: result)
        try Self.checkCounts(result)
        let chooser = StartChoices(result: result, settings: settings, kind: kind)
        choices =
            [Choice(path: "model", value: model.settingText, reason: modelReason.onOneLine)]
            + chooser.questions(names) + chooser.prompt(shots) + chooser.generate + chooser.vote
            + chooser.answer + chooser.select + chooser.finetune + chooser.others
    }

    /// The file: a group for each section, each value with its reason behind it.
    ///
    /// - Parameter title: Lines for its head, without `#`.
    /// - Returns: YAML.
    public func text(title: [String]) -> String {
        var lines = title.map { "# \($0.onOneLine)" }
        var section: Substring?
        for choice in choices {
            let parts = choice.path.split(separator: ".", maxSplits: 1)
            let own = parts.count > 1 ? parts[0] : nil
            if own != section || own == nil {
                lines.append("")
                if let own { lines.append("\(own):") }
                section = own
            }
            let head = (own == nil ? "" : "  ") + "\(parts.last ?? ""): \(choice.value)"
            let gap = String(repeating: " ", count: max(2, 26 - head.count))
            lines.append("\(head)\(gap)# \(choice.reason)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func kind(of result: ImportResult) throws(QuestionFile.Fault) -> AnswerKindID {
        let (answers, note) = (result.answers, "docs/answers.md")
        guard let kind = answers.kind else {
            if answers.referenceCount == 0 {
                throw QuestionFile.Fault(
                    "no question has an answer, so that nothing could decide whether a round is better",
                    hint: "name the field of the answers with --answer"
                )
            }
            throw QuestionFile.Fault(
                "no answer kind reads these answers by itself",
                hint: "name a kind with --kind to keep what it reads; for kinds judge and code, which need a "
                    + "program, use \"autodidact import\" and see \(note)"
            )
        }
        guard ![.judge, .code].contains(kind) else {
            throw QuestionFile.Fault(
                "answers of kind \(kind) need settings that only you know",
                hint: "use \"autodidact import\", then see \(note)"
            )
        }
        return kind
    }

    private static func checkCounts(_ result: ImportResult) throws(QuestionFile.Fault) {
        func isEmpty(_ split: Split) -> Bool { result.splits[split]?.isEmpty ?? true }
        let count = Plain.count(result.questionCount)
        guard !isEmpty(.train) else {
            throw QuestionFile.Fault(
                "no question is left to train on: there are only \(count)",
                hint: "give more questions, or smaller splits such as --split valid=2,gate=2,test=0"
            )
        }
        guard !isEmpty(.gate) || !isEmpty(.valid) else {
            throw QuestionFile.Fault(
                "no question is left to decide on a round: there are only \(count)",
                hint: "give more questions with answers, or choose sizes such as --split gate=5"
            )
        }
    }
}

extension String {
    /// Without line breaks, which would end a comment.
    fileprivate var onOneLine: String { AnswerParts.onOneLine(self) }
}
