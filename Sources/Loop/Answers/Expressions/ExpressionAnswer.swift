/// A mathematical expression in LaTeX or plain text; compared by its normal form, and where that does not
/// decide, by its values at several points (docs/answers.md).
public struct ExpressionAnswer: StrictAnswerKind {
    /// Its name in `vote.answerKind`.
    public static let id = AnswerKindID(rawValue: "expression")
    /// Its answers in a sentence.
    public static let plural = "mathematical expressions"

    /// What a person writes as a reference answer.
    public let referenceHint = #"one expression such as \frac{3\pi}{4}, x^2+1, [0,1) or \{1,2\}"#

    /// The same for every question.
    public init(_ question: QuestionInput, _ settings: AnswerSettings) {}

    /// Refuses options: their letters are no expressions.
    public static func check(_ question: QuestionInput, _ settings: AnswerSettings) throws(LoopError) {
        guard question.choices.isEmpty else {
            throw .invalidQuestion(
                question.origin,
                "the question has \(question.choices.count) options but answers are expressions",
                "set vote.answerKind to choice or remove \"choices\""
            )
        }
    }

    /// The one expression of the clause's first sentence.
    public func read(_ clause: Substring) -> AnswerReading { reading(clause, .clause) }

    /// The same where something after it shows that it was whole.
    public func read(cut clause: Substring) -> AnswerReading { reading(clause, .cut) }

    /// Nothing but one expression.
    public func referenceReading(_ text: String) -> AnswerReading { reading(text[...], .reference) }

    /// The released code reads no expressions.
    public func readAsAuthors(_ text: String) -> Answer? { nil }

    /// Nothing but one expression; nil for `authors`.
    public func reference(_ text: String, profile: ExtractorProfile) -> Answer? {
        profile == .strict ? referenceReading(text).answer : nil
    }

    /// Whether the forms are the same, or agree at every point.
    public func isRight(_ answer: Answer, _ reference: Answer) -> Bool {
        if answer == reference { return true }
        guard let answer = Self.value(answer.canonical), let reference = Self.value(reference.canonical)
        else {
            return false
        }
        return ExpressionAgreement.holds(answer, reference)
    }

    /// The first of the answers that each one equals, by form or at every point.
    public func voteKeys(_ answers: [String?]) -> [String?] {
        var groups: [(key: String, value: ExpressionValue)] = []
        var keys: [String: String] = [:]
        return answers.map { answer in
            guard let answer else { return nil }
            if let key = keys[answer] { return key }
            guard let value = Self.value(answer) else { return answer }
            let key = groups.first { ExpressionAgreement.holds($0.value, value) }?.key ?? answer
            if key == answer { groups.append((answer, value)) }
            keys[answer] = key
            return key
        }
    }

    /// Says so where forms differ and points agree.
    public func voteNote(_ answers: [String?]) -> String? {
        guard voteKeys(answers) != answers else { return nil }
        return
            "Answers whose forms differ count as one where their values agree at \(ExpressionPoint.count) fixed points: "
            + "likely equal, not proved."
    }

    private func reading(_ text: Substring, _ source: ExpressionReader.Source) -> AnswerReading {
        do throws(Unread) {
            return .answer(Answer(canonical: try ExpressionReader.value(in: text, as: source).text))
        } catch {
            return .none(error.reason)
        }
    }

    private static func value(_ canonical: String) -> ExpressionValue? {
        try? ExpressionReader.value(in: canonical[...], as: .reference)
    }
}
