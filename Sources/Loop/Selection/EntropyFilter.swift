import Foundation

/// Drops questions whose answers are spread too far (the baseline Entropy-filter of the IWSI paper; method,
/// section 6).
///
/// u = −Σ p ln p / ln m over a question's m candidates, p over those that were read; 0 where one was read.
/// With `vote.extractor: authors` as the released code has it: the divisor is the log of the number that were
/// read, and a question with one is dropped.
public struct EntropyFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "entropy")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.highEntropy]

    private let settings: SelectSettings
    private let isAuthors: Bool

    /// The filter with its rule and limit.
    public init(_ configuration: RoundConfiguration) {
        settings = configuration.select
        isAuthors = configuration.vote.extractor == .authors
    }

    /// Looks at whole questions; of those at the percentile all stay.
    public func apply(to pool: inout SelectionPool) {
        var asked: [(places: [Int], entropy: Double)] = []
        for range in pool.questions {
            let places = pool.open(in: range)
            guard !places.isEmpty else { continue }
            let tally = pool.tally(of: range)
            guard let entropy = entropy(of: tally) else {
                for place in places { pool.drop(place, .highEntropy) }
                continue
            }
            for place in places { pool.record(.entropy, entropy, at: place) }
            asked.append((places, entropy))
        }
        guard let limit = limit(asked.map(\.entropy)) else { return }
        pool.summary.cuts[Self.name.rawValue] = limit
        for (places, entropy) in asked where entropy > limit {
            for place in places { pool.drop(place, .highEntropy) }
        }
    }

    /// Normalised entropy of a vote; nil for what the released code drops in any case.
    func entropy(of tally: VoteTally) -> Double? {
        guard isAuthors else { return tally.normalisedEntropy }
        return tally.parsedCount > 1 ? tally.entropy / log(Double(tally.parsedCount)) : nil
    }

    private func limit(_ entropies: [Double]) -> Double? {
        switch settings.entropy.rule {
        case .threshold: return settings.entropy.limit
        case .percentile:
            let sorted = entropies.sorted()
            let kept = PercentileCut(settings: settings).keptCount(of: sorted.count)
            return kept > 0 ? sorted[kept - 1] : nil
        }
    }

    /// Its question's entropy and the limit.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        guard let entropy = candidate.scores[.entropy] else { return nil }
        let limit = round.report.filterCuts?[Self.name.rawValue]
        return "The answers to its question have normalised entropy \(Plain.decimal(entropy, places: 3))"
            + (limit.map { ", up to \(Plain.decimal($0, places: 3)) is kept." } ?? ".")
    }

    /// That they are spread too far.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        guard candidate.scores[.entropy] != nil else {
            return "it is the only readable candidate of its question, which the authors' rules drop"
        }
        return switch settings.entropy.rule {
        case .threshold:
            "the answers to its question are spread wider than select.entropyLimit \(settings.entropy.limit)"
        case .percentile:
            "the answers to its question are not among the select.keep \(settings.keep) % that agree most"
        }
    }
}
