/// How filter `rewardModel` cuts.
public enum RewardRule: String, SettingChoice {
    /// The `select.keep` share with the highest rewards stays.
    case percentile
    /// Rewards from `select.rewardLimit` on stay.
    case threshold
}

/// Settings of filters that ask something beside the model: a program, or another model.
public struct OutsideSettings: Hashable, Sendable {
    /// The program of filter `rewardModel` with its arguments.
    public var rewardCommand: [String] = []
    /// How filter `rewardModel` cuts.
    public var rewardRule = RewardRule.percentile
    /// The smallest reward that rule `threshold` keeps.
    public var rewardLimit = 0.0
    /// The model of filter `smallModelScore`.
    public var smallModel = ""
    /// Share that filter `smallModelScore` keeps, in per cent.
    public var smallModelShare = 50.0
    /// What identifies that model, as a round has found it; empty before.
    public var smallModelDigest = ""
}

/// Keeps what a reward model scores highest (the baseline RM-filter of the IWSI paper; method, section 6).
///
/// Ties at the percentile are kept, so that the share can be larger.
public struct RewardFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "rewardModel")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.lowReward, .noReward]
    /// The scores that it reads.
    public static let neededScores = [ScoreName.reward]

    private let keep: Double
    private let rule: RewardRule
    private let limit: Double

    /// The filter with its rule and limit.
    public init(_ configuration: RoundConfiguration) {
        keep = configuration.select.keep
        rule = configuration.select.outside.rewardRule
        limit = configuration.select.outside.rewardLimit
    }

    /// Drops what has no reward, then what is below the cut.
    public func apply(to pool: inout SelectionPool) {
        var (places, rewards): ([Int], [Double]) = ([], [])
        for place in pool.remaining {
            guard let reward = pool.candidates[place].scores[.reward] else {
                pool.drop(place, .noReward)
                continue
            }
            places.append(place)
            rewards.append(reward)
        }
        let marks =
            switch rule {
            case .percentile: PercentileCut(percent: keep, rule: .inclusive).marks(rewards.map { -$0 })
            case .threshold: rewards.map { $0 >= limit }
            }
        for (place, isKept) in zip(places, marks) where !isKept { pool.drop(place, .lowReward) }
        pool.summary.cuts[Self.name.rawValue] =
            rule == .threshold ? limit : zip(rewards, marks).filter(\.1).map(\.0).min()
    }

    /// Its reward and the cut.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        guard let reward = candidate.scores[.reward], let cut = round.report.filterCuts?[Self.name.rawValue]
        else { return nil }
        return
            "The reward model gave it \(Plain.decimal(reward, places: 3)); from \(Plain.decimal(cut, places: 3)) on "
            + "is kept."
    }

    /// That others have more, or that it has none.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        if reason == .noReward { return "the program of select.rewardCommand gave no number for it" }
        return switch rule {
        case .percentile: "its reward is not among the select.keep \(keep) % highest"
        case .threshold: "its reward is below select.rewardLimit \(limit)"
        }
    }
}
