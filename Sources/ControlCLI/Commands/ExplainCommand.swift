import ArgumentParser
package import ControlAPI
import Loop

/// `autodidact explain QUESTION.INDEX`.
struct ExplainCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Why one candidate was kept or dropped, with all the figures behind it."
    )

    @Argument(help: "The candidate as \"candidates\" lists it: QUESTION.INDEX, such as 17.3.")
    var candidate: CandidateArgument

    @Option(help: "The round: a number, latest or promoted.")
    var round: RoundArgument = .latest

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let round = try await round.resolve(session.client)
        let path = ControlRoute.candidate(
            round.rawValue,
            question: candidate.question,
            index: candidate.index
        )
        let reply = try await session.client.get(ExplainReply.self, path)
        try session.show(reply) { $0.explain(reply) }
    }
}

/// `17.3`: candidate 3 of question 17.
struct CandidateArgument: ExpressibleByArgument {
    let question: Int
    let index: Int

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let question = Int(parts[0]), let index = Int(parts[1]), question > 0,
            index >= 0
        else {
            return nil
        }
        self.question = question
        self.index = index
    }
}

extension Renderer {
    /// The paragraph, then what it rests on: prompt, text, votes.
    package func explain(_ reply: ExplainReply) -> [String] {
        let candidate = reply.candidate
        var lines = fitted(reply.text.onOneLine)
        lines += ["", paint("what it rests on", .dim)]
        let facts = [
            candidate.loss.map { "loss \(Format.number($0, decimals: 3))" },
            reply.meanValidLoss.map { "mean valid loss \(Format.number($0, decimals: 3))" },
            candidate.dsWeight.map { "DS weight \(Format.number($0, decimals: 3))" },
            candidate.rank.map { "rank \(Format.count($0)) of \(Format.count(reply.weighedCount))" },
            reply.cutDSWeight.map { "cut \(Format.number($0, decimals: 3))" },
            candidate.consistency.map { "consistency \(Format.number($0))" },
            Words.plural(candidate.tokenCount, "token"), Words.reason(candidate.reason),
        ].compactMap { $0 }
        lines += field("", facts, labelWidth: 2)
        lines += [paint("the prompt as sent", .dim)] + indented(reply.prompt)
        lines += [paint("what the model wrote", .dim)] + indented(candidate.text)
        lines += paraphrases(reply.paraphrases)
        if let reference = candidate.reference {
            lines += [paint("the reference answer, which the loop never reads", .dim)] + indented(reference)
        }
        if !reply.rivals.isEmpty {
            lines += [paint("votes", .dim)] + bars(reply.rivals)
        }
        return lines
    }
}

extension Renderer {
    /// Other words for the question, then how many were refused and why.
    private func paraphrases(_ paraphrases: ExplainReply.Paraphrases?) -> [String] {
        guard let paraphrases else { return [] }
        let refused = paraphrases.refusals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let reasons = refused.map { "\($0.key) \(Format.count($0.value))" }.joined(separator: ", ")
        let sum = refused.reduce(0) { $0 + $1.value }
        return [paint("paraphrases of the question, which the model wrote", .dim)]
            + paraphrases.texts.flatMap(indented)
            + (sum == 0 ? [] : ["  \(Format.count(sum)) refused: \(reasons)"])
            + (sum == 0 && paraphrases.texts.isEmpty ? ["  none"] : [])
    }

    /// A text's own lines, indented and safe for a terminal, which wraps them if needed.
    private func indented(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + String($0).onOneLine }
    }
}

extension String {
    /// Lines of at most `width` columns, broken at spaces.
    package func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        for word in split(separator: " ") {
            if let last = lines.last, last.displayWidth + 1 + String(word).displayWidth <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
