/// How long texts of a set of questions are, in tokens as they are guessed without a model.
struct StartLengths {
    /// Bytes of a token: four or more in English, three are on the safe side.
    static let bytesOfToken = 3

    /// Bytes of the longest worked answer, or of all but one in twenty if those are very long.
    let answerBytes: Int
    /// Whether some worked answers are longer than that.
    let leavesOut: Bool
    /// Bytes of the longest train question as a prompt.
    let questionBytes: Int

    init(_ result: ImportResult, cue: String) {
        let questions = Split.allCases.flatMap { result.splits[$0] ?? [] } + result.shots
        var answers = questions.compactMap(\.rationale).map(\.utf8.count)
        if answers.isEmpty {
            answers = questions.compactMap(\.answer).map { $0.utf8.count + cue.utf8.count + 2 }
        }
        answers.sort()
        let longest = answers.last ?? 0
        let usual = answers.isEmpty ? 0 : answers[(answers.count - 1) * 19 / 20]
        answerBytes = min(longest, max(usual, 1_500))
        leavesOut = answerBytes < longest
        questionBytes =
            (result.splits[.train] ?? []).map { question in
                question.text.utf8.count + question.choices.reduce(0) { $0 + $1.utf8.count + 5 } + 8
            }.max() ?? 0
    }

    /// Tokens of the answer with a quarter of head room, for `generate.maxNewTokens`.
    var newTokens: Int {
        let count = Self.tokens(answerBytes)
        return Self.rounded(count + count / 4 + 8, to: 8)
    }

    /// Tokens of question and answer, for `finetune.maxTokens`.
    var trainTokens: Int { Self.rounded(Self.tokens(questionBytes) + newTokens + 8, to: 64) }

    private static func tokens(_ bytes: Int) -> Int { (bytes + bytesOfToken - 1) / bytesOfToken }

    private static func rounded(_ count: Int, to step: Int) -> Int { (count + step - 1) / step * step }
}
