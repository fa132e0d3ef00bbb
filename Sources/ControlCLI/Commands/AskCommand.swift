import ArgumentParser
import ControlAPI
import Loop

/// `autodidact ask "…"`.
struct AskCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask the current model one question, or let it vote on it.",
        discussion: """
            On a terminal the answer appears while it is written. With --samples the model answers several times at
            the temperature that rounds generate with, and the majority vote is shown as a round would take it.
            """
    )

    @Argument(help: "The question.")
    var question: String

    @Option(
        help: "Ask this round's checkpoint: a number, latest, promoted or base.",
        completion: RoundCompletion.anyOrBase
    )
    var checkpoint: RoundArgument?

    @Flag(help: "Ask the base model; the same as --checkpoint base.")
    var base = false

    @Option(help: "Answer this many times, 2 to 64, and vote.")
    var samples: Int?

    @Option(help: "Sampling temperature; 0 gives the likeliest answer.")
    var temperature: Double?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard question.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("the question is empty")
        }
        guard question.utf8.count <= ControlLimits.questionByteCount else {
            throw ValidationError(
                "the question has \(question.utf8.count) bytes; at most \(ControlLimits.questionByteCount) are allowed"
            )
        }
        if let temperature, !(temperature >= 0 && temperature.isFinite) {
            throw ValidationError("--temperature is \(temperature); give 0 or more")
        }
        let counts = ControlLimits.askedCandidateCounts
        if let samples, !counts.contains(samples) {
            throw ValidationError(
                "--samples is \(samples); give \(counts.lowerBound) to \(counts.upperBound)"
            )
        }
        guard checkpoint == nil || !base else { throw ValidationError("give either --checkpoint or --base") }
    }

    func execute(_ session: Session) async throws {
        let request = AskRequest(
            question: question,
            base: base,
            temperature: temperature,
            round: try await checkpoint?.resolve(session.client),
            candidateCount: samples
        )
        let isLive = !session.isJSON && session.terminal().width != nil
        var shown = ShownText()
        let reply: AskReply
        do {
            // Streamed even if no piece is shown: the daemon then notices at once when this program is ended.
            reply = try await session.client.ask(request) { piece in
                if isLive { session.write(shown.next(piece)) }
            }
        } catch {
            if shown.hasBegun { session.write("\n") }
            throw error
        }
        guard shown.hasBegun else { return try session.show(reply) { $0.ask(reply) } }
        session.write("\n" + session.renderer.note(reply).map { $0 + "\n" }.joined())
    }
}
