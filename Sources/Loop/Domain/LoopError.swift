/// An error of the loop's own rules: bad configuration values, bad data, an impossible request.
public struct LoopError: CodedError, Hashable {
    /// Its codes.
    public typealias Code = ErrorCode<LoopError>

    /// The stable name.
    public let code: Code
    /// What failed, the value, and what to do; lowercase start, no final stop.
    public let message: String

    /// Builds an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension ErrorCode<LoopError> {
    /// A configuration value is out of range or contradicts another.
    public static var invalidConfiguration: Self { Self(rawValue: "invalid_configuration") }
    /// A question or data file breaks a rule.
    public static var invalidData: Self { Self(rawValue: "invalid_data") }
    /// A question is in two splits.
    public static var leak: Self { Self(rawValue: "leak") }
    /// An engine's reply does not fit what it was asked.
    public static var engineReply: Self { Self(rawValue: "engine_reply") }
    /// A loss that must be finite and positive is not.
    public static var degenerateLoss: Self { Self(rawValue: "degenerate_loss") }
}

extension LoopError {
    /// A question that breaks a rule.
    ///
    /// - Parameters:
    ///   - origin: Where it came from.
    ///   - fault: What is wrong.
    ///   - remedy: What to do.
    /// - Returns: `invalid_data` with all three.
    static func invalidQuestion(_ origin: String, _ fault: String, _ remedy: String) -> LoopError {
        LoopError(.invalidData, "\(origin): \(fault); \(remedy)")
    }
}

extension LoopError {
    /// An engine that can hold no second model.
    public static let noSmallModel = LoopError(
        .invalidConfiguration,
        "filter smallModelScore needs a second model, which this engine cannot load; use engine.kind embedded, or another "
            + "filter"
    )

    /// For settings that ask for contenders, under an engine that keeps no adapters but the last.
    public static let noContenders = LoopError(
        .invalidConfiguration,
        "finetune.contenders needs an engine that keeps adapters of epochs, which this one does not; set it to [], or "
            + "use engine.kind embedded"
    )

    /// For an open round with contenders that another engine began.
    public static let noContendersInRound = LoopError(
        .invalidConfiguration,
        "the open round was begun with finetune.contenders, which this engine does not have: finish it with "
            + "engine.kind embedded, or roll back"
    )
}

extension QuestionInput {
    /// Refuses options, for kinds whose answers are none of them.
    ///
    /// - Parameter answers: What the answers are.
    /// - Throws: `LoopError` `invalid_data` with the question's place.
    func refuseOptions(where answers: String) throws(LoopError) {
        guard choices.isEmpty else {
            throw .invalidQuestion(
                origin,
                "the question has \(choices.count) options but answers are \(answers)",
                "set vote.answerKind to choice or label, or remove \"choices\""
            )
        }
    }
}
