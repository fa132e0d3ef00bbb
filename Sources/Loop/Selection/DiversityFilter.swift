/// Keeps the `select.diversityShare` per cent of distinct texts that are hard and unlike each other, after
/// stage 2 of Self-Filter (arXiv 2402.12501).
///
/// Difficulty is loss over mean valid loss, in place of the paper's trained score net; likeness is that of
/// hashed runs of three characters, in place of CLIP's features.
public struct DiversityFilter: SelectionFilter {
    /// Its name in `select.filters`.
    public static let name = FilterName(rawValue: "difficultyDiversity")
    /// Why it drops.
    public static let reasons: [VerdictReason] = [.lessDiverse]
    /// The scores that it reads; their scorer measures the losses.
    public static let neededScores = [ScoreName.ds]
    /// It cannot work without valid questions.
    public static let needsValid = true
    /// It compares texts.
    public static let needsTexts = true

    private let settings: RankSettings

    /// The filter with share and γ of section `select`.
    public init(_ configuration: RoundConfiguration) { settings = configuration.select.rank }

    /// Picks among the distinct texts of all questions; copies share their text's fate.
    public func apply(to pool: inout SelectionPool) {
        guard let mean = pool.meanValidLoss else { return }
        let candidates = pool.candidates
        var texts: [(text: String, places: [Int])] = []
        var difficulties: [Double] = []
        for range in pool.questions {
            for text in pool.distinctTexts(in: pool.open(in: range)) {
                guard let loss = text.places.lazy.compactMap({ candidates[$0].loss }).first else {
                    for place in text.places { pool.drop(place, .lossDegenerate) }
                    continue
                }
                for place in text.places { pool.record(.difficulty, loss / mean, at: place) }
                texts.append(text)
                difficulties.append(loss / mean)
            }
        }
        let count = PercentileCut(percent: settings.diversityShare).keptCount(of: texts.count)
        guard count < texts.count else { return }
        let picked = Set(
            DiversityPick(gamma: settings.diversityGamma).picks(
                count,
                difficulties: difficulties,
                vectors: texts.map { TextGrams($0.text).hashedVector() }
            )
        )
        for (index, text) in texts.enumerated() where !picked.contains(index) {
            for place in text.places { pool.drop(place, .lessDiverse) }
        }
    }

    /// Its difficulty.
    public func sentence(
        for candidate: Candidate,
        standing: FilterStanding,
        in round: RoundRecord
    ) -> String? {
        candidate.scores[.difficulty].map {
            "Its difficulty, its loss over the mean valid loss, is \(Plain.decimal($0, places: 3))."
        }
    }

    /// That others are harder or say something else.
    public func cause(of reason: VerdictReason, for candidate: Candidate) -> String {
        "other texts are harder, or harder and less like those already picked; "
            + "select.diversityShare \(settings.diversityShare) % are kept"
    }
}
