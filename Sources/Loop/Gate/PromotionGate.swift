/// Decides whether a new checkpoint takes the incumbent's place.
///
/// Both answer the same held-out questions. The new one passes if all of these hold:
/// 1. Its accuracy is not below the incumbent's by more than `tolerance`. With the default, 0, any
///    net loss of right answers rejects it, however small and whatever the sign test says: to stay where we
///    are costs one round, to slide down a little every round costs everything.
/// 2. The one-sided exact sign test over the questions that changed does not call it worse
///    (p ≥ `significance`). This is what refuses a really worse adapter when `tolerance` is wide. With rule
///    `better` the test must call it better instead (p below the round's level).
/// 3. The mean valid loss, where measured, is finite.
/// 4. Its distinct answers are at least `minDiversity` times the incumbent's: a model that gives
///    everyone the same answer has collapsed even if that answer is often right.
/// 5. Where both are known, as in chats, its answers do not end by themselves less often by more than
///    `stopTolerance`: a model that has unlearnt to stop is no better.
///
/// Questions that one of the two has not answered count as an error of ours, not of the model: they throw.
public struct PromotionGate: Hashable, Sendable {
    /// The thresholds.
    public var settings: GateSettings

    /// Builds a gate.
    public init(settings: GateSettings) { self.settings = settings }

    /// Compares two evaluations of the same questions.
    ///
    /// - Parameters:
    ///   - before: The incumbent's evaluation.
    ///   - after: The new checkpoint's.
    ///   - isFinite: Whether its mean valid loss is finite.
    ///   - level: The level of the test for a gain, where the rule asks for one; nil is that of one round.
    /// - Returns: What was seen and whether it passes.
    /// - Throws: `LoopError` `invalidData` when the questions differ or there are none.
    public func judge(
        before: Evaluation,
        after: Evaluation,
        isFinite: Bool = true,
        level: Double? = nil
    ) throws -> GateReport {
        guard !after.answers.isEmpty, before.answers.map(\.question) == after.answers.map(\.question) else {
            throw LoopError(
                .invalidData,
                "the gate cannot pair \(before.answers.count) answers with \(after.answers.count): both checkpoints "
                    + "must answer the same questions, at least one"
            )
        }
        let pairs = zip(before.answers, after.answers)
        let gained = pairs.count { !$0.isRight && $1.isRight }
        let lost = pairs.count { $0.isRight && !$1.isRight }
        let pValue = SignTest.pValue(gainedCount: gained, lostCount: lost)
        let count = after.answers.count
        let diversity = Self.diversity(of: after)
        let floor = settings.minDiversity * Self.diversity(of: before)

        var failures: [String] = []
        // Whole questions decide; the small term only undoes the rounding of tolerance · count.
        if Double(lost - gained) > settings.tolerance * Double(count) + 1e-9 {
            let drop = Plain.percent(Double(lost - gained) / Double(count))
            failures.append("accuracy fell by \(drop), tolerance \(Plain.percent(settings.tolerance))")
        }
        let gain = gain(gained: gained, lost: lost, level: level)
        if let failure = gain?.failure { failures.append(failure) }
        if gain == nil, pValue < settings.significance {
            failures.append(
                "sign test p \(Plain.decimal(pValue, places: 4)) < \(settings.significance): lost \(lost), "
                    + "gained \(gained)"
            )
        }
        if !isFinite {
            failures.append("the mean valid loss is not finite")
        }
        if diversity < floor - 1e-12 {
            failures.append(
                "answer diversity \(Plain.decimal(diversity, places: 3)) is below the floor "
                    + Plain.decimal(floor, places: 3)
            )
        }
        let (stopped, stops) = (before.stopRate, after.stopRate)
        if let stopped, let stops, stopped - stops > settings.stopTolerance + 1e-9 {
            failures.append(
                "answers that end before the token limit fell from \(Plain.percent(stopped)) to "
                    + "\(Plain.percent(stops)), gate.stopTolerance \(Plain.percent(settings.stopTolerance))"
            )
        }
        var report = GateReport(
            split: after.summary.split,
            before: before.summary.accuracy,
            after: after.summary.accuracy,
            gainedCount: gained,
            lostCount: lost,
            pValue: pValue,
            diversity: diversity,
            isPassed: failures.isEmpty,
            failures: failures,
            gainPValue: gain?.pValue,
            gainLevel: gain?.level
        )
        (report.stopRateBefore, report.stopRateAfter) = (stopped, stops)
        return report
    }

    /// The test for a gain; nil where the rule does not ask for one.
    private func gain(gained: Int, lost: Int, level: Double?) -> (
        pValue: Double, level: Double, failure: String?
    )? {
        guard settings.rule == .better else { return nil }
        let level = level ?? settings.significance
        let pValue = SignTest.pValue(gainedCount: lost, lostCount: gained)
        guard pValue >= level else { return (pValue, level, nil) }
        return (
            pValue, level,
            "no clear gain: sign test p \(Plain.chance(pValue)) is not below "
                + "\(Plain.chance(level)): gained \(gained), lost \(lost)"
        )
    }

    /// Distinct readable answers divided by questions; 0 for no questions.
    public static func diversity(of evaluation: Evaluation) -> Double {
        guard !evaluation.answers.isEmpty else { return 0 }
        let distinct = Set(evaluation.answers.compactMap(\.answer))
        return Double(distinct.count) / Double(evaluation.answers.count)
    }
}
