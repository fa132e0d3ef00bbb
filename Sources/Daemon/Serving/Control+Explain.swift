package import ControlAPI
package import Loop
import Store

extension Control {
    /// Why one candidate was kept or dropped.
    package func explain(round id: RoundID, question: QuestionID, index: Int) async throws -> ExplainReply {
        let store = parts.store
        let round = try await store.round(id)
        let rivals = try await store.candidates(of: id, CandidateFilter(question: question), limit: -1)
        guard let candidate = rivals.first(where: { $0.index == index }),
            let content = try await store.question(question, of: id)?.content
        else {
            throw Problem(
                .noSuchRound,
                "round \(id) has no candidate \(question).\(index)",
                hint: "\"autodidact candidates \(id)\" lists them",
                round: id.rawValue
            )
        }
        let (rank, weighedCount) = try await store.weightRank(of: candidate)
        let explanation = VerdictExplanation(
            candidate,
            rivals: rivals,
            round: round,
            rank: rank,
            weighedCount: weighedCount,
            question: content
        )
        let prompts = try round.configuration.prompt.writer(.standard.with(parts.engine.chat))
        let view = round.configuration.view(of: index, for: content)
        return ExplainReply(
            round: id,
            candidate: CandidateItem(candidate, question: content, rank: rank, asked: view.text),
            prompt: (prompts.generationPrefix + prompts.generationPrompt(for: view.shown(content))).text,
            paraphrases: try await paraphrases(of: content, question, in: round),
            rivals: explanation.votes.map { ExplainReply.Rival(answer: $0.answer, count: $0.count) },
            meanValidLoss: round.report.meanValidLoss,
            cutDSWeight: round.report.cutDSWeight,
            weighedCount: weighedCount,
            text: explanation.text
        )
    }

    /// What the round has of a question in other words; nil where none was asked for.
    private func paraphrases(
        of content: QuestionInput,
        _ question: QuestionID,
        in round: RoundRecord
    ) async throws -> ExplainReply.Paraphrases? {
        guard round.configuration.generate.paraphrases > 0 else { return nil }
        let record = try await parts.store.paraphrases(of: round.id).first { $0.question == question }
        guard record != nil || !content.paraphrases.isEmpty else { return nil }
        return ExplainReply.Paraphrases(texts: content.paraphrases, refusals: record?.refusals ?? [:])
    }
}
