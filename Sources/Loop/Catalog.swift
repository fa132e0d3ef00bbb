/// Everything of the method that a configuration can name: one line per part in the lists below.
///
/// Tests join their own parts to it; nothing else in `Sources` changes for a new one.
public struct Catalog: Sendable {
    /// How answers look.
    public var answerKinds = AnswerKinds.standard
    /// What is measured of candidates.
    public var scorers = CandidateScorers.standard
    /// What drops candidates.
    public var filters = SelectionFilters.standard

    /// What fine-tuning minimises.
    public var objectives = Objectives.standard

    /// How prompts are written down.
    public var promptFormats = PromptFormats.standard

    /// Programs outside that read answers, by kind; they take the place of a kind's own judge.
    public var judges: [AnswerKindID: @Sendable (RoundConfiguration) -> any AnswerJudge] = [:]

    /// What asks the program of filter `rewardModel`, whose readings are numbers; nil where programs cannot
    /// be run.
    public var rewardJudge: (@Sendable (RoundConfiguration) -> any AnswerJudge)?

    /// What the programs use.
    public static let standard = Catalog()

    /// The standard parts.
    public init() {}

    /// The program outside that reads a round's answers; nil for kinds that read by themselves.
    func judge(_ configuration: RoundConfiguration) throws(LoopError) -> (any AnswerJudge)? {
        let name = configuration.vote.answerKind
        let kind = try answerKinds.named(name)
        let judge = judges[name]?(configuration) ?? kind.judge(configuration)
        return judge?.reading(spokenBy: configuration.prompt)
    }
}

extension RoundConfiguration {
    /// Checks every value against what is allowed, and every name against a catalogue.
    ///
    /// - Throws: `LoopError` `invalid_configuration` for the first that is not, naming path, value and what
    ///   is allowed.
    public func validate(in catalog: Catalog = .standard) throws(LoopError) {
        for setting in Self.settings { try setting.check(self) }
        guard catalog.promptFormats.knows(prompt.format) else {
            throw .unknownName("prompt.format", prompt.format, catalog.promptFormats.names)
        }
        try catalog.answerKinds.named(vote.answerKind).check(answer)
        for name in select.filters where catalog.filters[name] == nil {
            throw .unknownName("select.filters", name, catalog.filters.names)
        }
        guard catalog.objectives.names.contains(finetune.objective) else {
            throw .unknownName("finetune.objective", finetune.objective, catalog.objectives.names)
        }
        guard Set(select.filters).count == select.filters.count else {
            throw LoopError(.invalidConfiguration, "select.filters names a filter twice; name each once")
        }
    }
}

extension LoopError {
    /// A name that no part of a list has.
    static func unknownName<Name: SettingName>(
        _ path: String,
        _ name: Name,
        _ known: [Name]
    ) -> LoopError {
        let names = known.map(\.rawValue).joined(separator: ", ")
        return LoopError(.invalidConfiguration, "\(path) is \(name); known are \(names)")
    }
}
