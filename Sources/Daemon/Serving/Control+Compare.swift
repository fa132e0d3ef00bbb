package import ControlAPI
package import Loop
import Store

extension Control {
    /// What is compared, and which page of the questions that differ is shown.
    package struct CompareQuery: Sendable {
        /// The round whose checkpoint comes first; 0 is the base model.
        package var a: RoundID
        /// The round whose checkpoint is compared with it.
        package var b: RoundID
        /// The split that the questions are from.
        package var split = Split.gate
        /// How many to leave out of each list.
        package var offset = 0
        /// How many to show of each list.
        package var limit = ControlLimits.defaultPageSize

        /// The first page of a comparison on split `gate`.
        package init(_ a: RoundID, _ b: RoundID) { (self.a, self.b) = (a, b) }
    }

    /// Two checkpoints on the same held-out questions.
    ///
    /// Uses only evaluations in the journal: nothing is asked again.
    package func compare(_ query: CompareQuery) async throws -> CompareReply {
        let (store, split) = (parts.store, query.split)
        guard split != .train else {
            throw Problem(
                .usage,
                "no checkpoint is evaluated on split train",
                hint: "use gate, test or valid"
            )
        }
        let a = try await store.checkpoint(try await checkpoint(of: query.a))
        let b = try await store.checkpoint(try await checkpoint(of: query.b))
        guard a.id != b.id else {
            throw Problem(.usage, "both are \(Self.name(a))", hint: "compare two different rounds")
        }
        let first = try await evaluation(of: a, on: split, beside: b)
        let second = try await evaluation(of: b, on: split, beside: a)
        let comparison = EvaluationComparison(first.evaluation, second.evaluation)
        guard comparison.comparedCount > 0 else {
            throw Problem(
                .conflict,
                "\(Self.name(a)) and \(Self.name(b)) have no question of split \(split.rawValue) in common: "
                    + "its questions have changed between their evaluations",
                hint: "compare checkpoints from after the change, or another split"
            )
        }
        var reply = CompareReply(
            comparison,
            split: split,
            a: a,
            b: b,
            verdict: comparison.verdict(Self.name(a), Self.name(b)),
            notes: Self.notes(comparison, hasSameSettings: first.hasSettings(of: second))
        )
        (reply.offset, reply.limit) = (query.offset, query.limit)
        reply.gained = try await page(comparison.gained, query)
        reply.lost = try await page(comparison.lost, query)
        return reply
    }

    private func page(
        _ differences: [EvaluationComparison.Difference],
        _ query: CompareQuery
    ) async throws -> [CompareReply.Difference] {
        let shown = differences.dropFirst(query.offset).prefix(query.limit)
        let questions = try await parts.store.questions(Set(shown.map(\.question)))
        return try shown.map { difference in
            guard let content = questions[difference.question]?.content else {
                throw Problem(
                    .corrupt,
                    "question \(difference.question) of an evaluation is not in the journal",
                    hint: "\"autodidact verify\" lists what does not hold"
                )
            }
            return CompareReply.Difference(difference, question: content)
        }
    }

    private func evaluation(
        of checkpoint: CheckpointRecord,
        on split: Split,
        beside other: CheckpointRecord
    ) async throws -> RecordedEvaluation {
        let found = try await parts.store.recordedEvaluation(of: checkpoint.id, on: split)
        if let found, !found.evaluation.answers.isEmpty { return found }
        throw Problem(
            .notEvaluated,
            "\(Self.name(checkpoint)) was never asked the questions of split \(split.rawValue)",
            hint: try await remedy(checkpoint, other),
            round: checkpoint.round?.rawValue
        )
    }

    /// What a person can do if an evaluation is missing.
    private func remedy(_ checkpoint: CheckpointRecord, _ other: CheckpointRecord) async throws -> String {
        let others = Set(other.evaluations.filter { $0.accuracy.count > 0 }.map(\.split))
        let shared = checkpoint.evaluations.filter { $0.accuracy.count > 0 && others.contains($0.split) }
        if !shared.isEmpty {
            let names = shared.map { "--split \($0.split.rawValue)" }.joined(separator: " or ")
            return "both were asked others: compare with \(names)"
        }
        if let round = checkpoint.round, try await parts.store.openRound()?.id == round {
            return
                "round \(round) is still running and asks them before it ends; follow it with \"autodidact watch\""
        }
        return checkpoint.id == .base
            ? "a round that starts from it asks them, in its phases evaluate and report"
            : "its round ended before it was; \"autodidact checkpoints\" shows which ones have scores"
    }

    private static func name(_ checkpoint: CheckpointRecord) -> String {
        checkpoint.id == .base ? "the base model" : "checkpoint \(checkpoint.id)"
    }

    private static func notes(_ comparison: EvaluationComparison, hasSameSettings: Bool) -> [String] {
        var notes: [String] = []
        let (a, b) = (comparison.askedCountOfA, comparison.askedCountOfB)
        if a != comparison.comparedCount || b != comparison.comparedCount {
            notes.append(
                "the questions have changed between the two evaluations, of \(a) and of \(b) questions: "
                    + "compared on the \(comparison.comparedCount) that both were asked"
            )
        }
        if !hasSameSettings {
            notes.append(
                "the settings that prompt for answers or read them may have changed between the two "
                    + "evaluations, and the answers with them"
            )
        }
        return notes
    }
}
