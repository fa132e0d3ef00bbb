extension RoundConfiguration {
    /// What of section `answer` is set and not looked at, and worked examples that show no answer.
    func answerAdvice() -> [String] { unusedAnswerSettings() + orderAdvice() + viewAdvice() + shotsAdvice() }

    private func orderAdvice() -> [String] {
        guard generate.permuteOptions else { return [] }
        if vote.answerKind != .choice {
            return [
                "generate.permuteOptions is set, but only kind choice has options to move; vote.answerKind is "
                    + "\(vote.answerKind)"
            ]
        }
        guard generate.candidates == 1 else { return [] }
        return [
            "generate.permuteOptions is set, but generate.candidates is 1: every question is asked in its own order alone; "
                + "raise generate.candidates to a multiple of the number of options"
        ]
    }

    private func viewAdvice() -> [String] {
        if generate.views == .none {
            let isSet: [(key: String, isSet: Bool)] = [
                ("generate.viewCount", generate.viewCount != GenerateSettings().viewCount),
                ("generate.viewsFromBase", !generate.viewsFromBase),
                ("finetune.wording", finetune.wording != .question),
            ]
            return isSet.filter(\.isSet).map {
                "\($0.key) is set, but generate.views is none: every question is asked in its own words alone; set "
                    + "generate.views, or leave the setting out"
            }
        }
        guard generate.candidates < 2 * generate.viewCount else { return [] }
        return [
            "generate.views spreads \(generate.candidates) candidates over up to \(generate.viewCount) wordings, so that a view "
                + "has hardly a vote of its own; raise generate.candidates or lower generate.viewCount"
        ]
    }

    private func unusedAnswerSettings() -> [String] {
        let defaults = AnswerSettings()
        let kind = vote.answerKind
        let isProgram = kind == .judge || kind == .code
        let unused: [(path: String, isUnused: Bool, use: String)] = [
            ("answer.tag", answer.tag != defaults.tag && answer.pattern != .tag, "answer.pattern tag"),
            ("answer.trueWords", answer.trueWords != defaults.trueWords && kind != .boolean, "kind boolean"),
            (
                "answer.falseWords", answer.falseWords != defaults.falseWords && kind != .boolean,
                "kind boolean"
            ),
            ("answer.labels", answer.labels != defaults.labels && kind != .label, "kind label"),
            (
                "answer.overlap", answer.overlap != defaults.overlap && kind != .text && kind != .free,
                "kinds text and free"
            ),
            ("answer.similarity", answer.similarity != defaults.similarity && kind != .free, "kind free"),
            ("answer.schema", answer.schema != defaults.schema && kind != .json, "kind json"),
            ("answer.jsonVote", answer.jsonVote != defaults.jsonVote && kind != .json, "kind json"),
            (
                "answer.judgeCommand", answer.judgeCommand != defaults.judgeCommand && kind != .judge,
                "kind judge"
            ),
            ("answer.codeCommand", answer.codeCommand != defaults.codeCommand && kind != .code, "kind code"),
            (
                "answer.judgeFiles", answer.judgeFiles != defaults.judgeFiles && !isProgram,
                "kinds judge and code"
            ),
            (
                "answer.judgeTimeout", answer.judgeTimeout != defaults.judgeTimeout && !isProgram,
                "kinds judge and code"
            ),
            (
                "answer.judgeMemory", answer.judgeMemory != defaults.judgeMemory && !isProgram,
                "kinds judge and code"
            ),
        ]
        return unused.filter(\.isUnused).map {
            "\($0.path) is set, but only \($0.use) looks at it; vote.answerKind is \(kind), answer.pattern "
                + "\(answer.pattern.rawValue)"
        }
    }

    /// A model copies the form of its worked examples: where they lack the mark of an answer, its texts do,
    /// too.
    private func shotsAdvice() -> [String] {
        guard vote.extractor == .strict, !prompt.shots.isEmpty else { return [] }
        let shots = prompt.shots.lowercased()
        let missing = answer.pattern.marks(cue: prompt.answerCue, tag: answer.tag).filter {
            !shots.contains($0.lowercased())
        }
        guard let mark = missing.first else { return [] }
        return [
            "prompt.shots never shows \(mark.settingText), and no answer is read without it; end each worked example with "
                + "it, or set answer.pattern to where their answers are"
        ]
    }
}
