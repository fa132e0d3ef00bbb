/// The answer kinds there are.
public struct AnswerKinds: Sendable {
    private let kinds: [AnswerKindID: any AnswerKind.Type]
    /// Their names in the order of the reference.
    public let names: [AnswerKindID]

    /// Every kind that a configuration can name; a new one is a line here.
    public static let standard = AnswerKinds([
        NumericAnswer.self,
        ChoiceAnswer.self,
        BooleanAnswer.self,
        LabelAnswer.self,
        TextAnswer.self,
        JSONAnswer.self,
        ExpressionAnswer.self,
        JudgeAnswer.self,
        CodeAnswer.self,
        FreeAnswer.self,
    ])

    /// Joins kinds.
    public init(_ kinds: [any AnswerKind.Type]) {
        names = kinds.map { $0.id }
        self.kinds = Dictionary(kinds.map { ($0.id, $0) }) { first, _ in first }
    }

    /// These and some more.
    public func adding(_ more: [any AnswerKind.Type]) -> AnswerKinds {
        AnswerKinds(names.compactMap { kinds[$0] } + more)
    }

    /// The kind of a name; nil when there is none.
    public subscript(name: AnswerKindID) -> (any AnswerKind.Type)? { kinds[name] }

    /// The kind of a name.
    ///
    /// - Throws: `LoopError` `invalid_configuration` when there is none.
    public func named(_ name: AnswerKindID) throws(LoopError) -> any AnswerKind.Type {
        guard let kind = kinds[name] else { throw .unknownName("vote.answerKind", name, names) }
        return kind
    }
}

extension AnswerKindID {
    /// A number; compared as an exact decimal or fraction.
    public static let numeric = NumericAnswer.id
    /// One of the question's lettered options.
    public static let choice = ChoiceAnswer.id
    /// Yes or no; compared as a truth value.
    public static let boolean = BooleanAnswer.id
    /// One of a closed set of labels.
    public static let label = LabelAnswer.id
    /// A short text; compared without regard to case, articles and punctuation.
    public static let text = TextAnswer.id
    /// One JSON value; compared by its canonical text.
    public static let json = JSONAnswer.id
    /// A mathematical expression; compared by its normal form or at several points.
    public static let expression = ExpressionAnswer.id
    /// What a program of the user's says.
    public static let judge = JudgeAnswer.id
    /// A program, compared by its outputs.
    public static let code = CodeAnswer.id
    /// A text without one right form, grouped by the model's hidden states.
    public static let free = FreeAnswer.id
}
