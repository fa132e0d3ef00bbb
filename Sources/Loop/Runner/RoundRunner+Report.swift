extension RoundRunner {
    /// Scores the test split for the report alone and finishes the round.
    func reportTest(_ round: inout RoundRecord) async throws {
        let start = clock()
        let questions = try await store.questions(in: .test, of: round.id)
        guard !questions.isEmpty, let checkpoint = round.checkpoint else {
            return try await finish(&round, since: start, line: "no test questions")
        }
        let before = try await evaluation(of: round.parent, on: .test, questions: questions, round: round)
        let after = try await evaluation(of: checkpoint, on: .test, questions: questions, round: round)
        round.report.testBefore = before.summary.accuracy
        round.report.testAfter = after.summary.accuracy
        round.report.testLevels = LevelAccuracy.perLevel(questions, before: before, after: after)
        let line =
            "test accuracy \(Plain.percent(before.summary.accuracy.share)) before, "
            + "\(Plain.percent(after.summary.accuracy.share)) after on \(Plain.count(questions.count)) questions"
        try await finish(&round, since: start, line: line)
    }
}
