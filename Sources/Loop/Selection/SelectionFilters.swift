/// The filters there are.
public struct SelectionFilters: Sendable {
    private let filters: [FilterName: any SelectionFilter.Type]
    /// Their names in the order of the reference.
    public let names: [FilterName]

    /// Every filter that a configuration can name; a new one is a line here.
    public static let standard = SelectionFilters([
        VoteFilter.self,
        OracleFilter.self,
        DuplicateFilter.self,
        DSFilter.self,
        BalanceFilter.self,
        EntropyFilter.self,
        LossBandFilter.self,
        IWSIWeightFilter.self,
        IFDFilter.self,
        IFDTopFilter.self,
        RatingFilter.self,
        VoteBandFilter.self,
        BudgetFilter.self,
        MaxMinFilter.self,
        DiversityFilter.self,
        ShortestFilter.self,
        RewardFilter.self,
        SmallModelFilter.self,
        SecondViewFilter.self,
    ])

    /// Joins filters.
    public init(_ filters: [any SelectionFilter.Type]) {
        names = filters.map { $0.name }
        self.filters = Dictionary(filters.map { ($0.name, $0) }) { first, _ in first }
    }

    /// These and some more.
    public func adding(_ more: [any SelectionFilter.Type]) -> SelectionFilters {
        SelectionFilters(names.compactMap { filters[$0] } + more)
    }

    /// The filter of a name; nil when there is none.
    public subscript(name: FilterName) -> (any SelectionFilter.Type)? { filters[name] }
}

extension FilterName {
    /// Drops what lost the majority vote.
    public static let vote = VoteFilter.name
    /// Drops what differs from the reference answer.
    public static let oracle = OracleFilter.name
    /// Drops repeated texts of a question.
    public static let dedupe = DuplicateFilter.name
    /// Drops the largest DS weights.
    public static let ds = DSFilter.name
    /// Drops the surplus of frequent answers.
    public static let balance = BalanceFilter.name
    /// Drops questions whose answers are spread too far.
    public static let entropy = EntropyFilter.name
    /// Keeps losses within a fixed factor of the mean valid loss.
    public static let lossBand = LossBandFilter.name
    /// Weighs by mean valid loss over loss; drops nothing.
    public static let iwsiW = IWSIWeightFilter.name
    /// Drops texts that their question makes less likely.
    public static let ifd = IFDFilter.name
    /// Keeps the largest instruction-following difficulties.
    public static let ifdTop = IFDTopFilter.name
    /// Keeps what the model itself rates highest.
    public static let selfRating = RatingFilter.name
    /// Keeps questions whose winner has a middling share.
    public static let voteBand = VoteBandFilter.name
    /// Keeps a few texts per question.
    public static let budget = BudgetFilter.name
    /// Keeps the few texts per question that differ most.
    public static let maxMin = MaxMinFilter.name
    /// Keeps texts that are hard and unlike each other.
    public static let difficultyDiversity = DiversityFilter.name
    /// Drops the shortest.
    public static let shortest = ShortestFilter.name
    /// Keeps what a reward model scores highest.
    public static let rewardModel = RewardFilter.name
    /// Keeps what is hardest for a smaller model.
    public static let smallModelScore = SmallModelFilter.name
    /// Keeps questions whose winner wins in several views.
    public static let secondView = SecondViewFilter.name
}

/// The filters of one round in their order.
public struct SelectionChain: Sendable {
    /// The filters; the first one drops what cannot be trained on, whatever the configuration says.
    public let filters: [any SelectionFilter]

    /// Joins the filters that a configuration asks for.
    ///
    /// - Parameters:
    ///   - configuration: The round's; a name that no filter has is left out, which `validate(in:)` refuses
    ///     before.
    ///   - known: The filters there are.
    public init(_ configuration: RoundConfiguration, known: SelectionFilters = .standard) {
        let named = configuration.select.filterNames(dedupes: configuration.vote.dedupe)
        filters = [UsableFilter(configuration)] + named.compactMap { known[$0]?.init(configuration) }
    }

    /// Scores that its filters read.
    public var neededScores: [ScoreName] {
        var names: [ScoreName] = []
        for filter in filters {
            for name in type(of: filter).neededScores where !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Names of the filters that cannot work without valid questions.
    public var needingValid: [FilterName] {
        filters.filter { type(of: $0).needsValid }.map { type(of: $0).name }
    }

    /// Whether any filter reads texts.
    public var needsTexts: Bool { filters.contains { type(of: $0).needsTexts } }

    /// Whether any filter reads reference answers of train questions.
    public var readsReferences: Bool { filters.contains { type(of: $0).readsReferences } }

    /// Runs every filter.
    public func apply(to pool: inout SelectionPool) throws {
        for filter in filters { try filter.apply(to: &pool) }
    }

    /// The filter that drops for a reason; nil for reasons of other stages.
    public func filter(dropping reason: VerdictReason) -> (any SelectionFilter)? {
        filters.first { type(of: $0).reasons.contains(reason) }
    }
}

extension SelectSettings {
    /// Names of the filters in their order: those that are listed, else the policy's.
    ///
    /// - Parameter dedupes: Whether `vote.dedupe` asks for dropping repeated texts; it comes after the vote.
    /// - Returns: The names.
    public func filterNames(dedupes: Bool) -> [FilterName] {
        var names = filters.isEmpty ? policy.filters : filters
        guard dedupes, !names.contains(.dedupe) else { return names }
        names.insert(.dedupe, at: (names.firstIndex(of: .vote) ?? -1) + 1)
        return names
    }

    /// What a person calls it: the policy's name, or the filters.
    public var title: String {
        filters.isEmpty ? policy.rawValue : "filters " + filters.map(\.rawValue).joined(separator: ", ")
    }
}
