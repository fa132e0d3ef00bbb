import ArgumentParser
import ControlAPI
import Loop

/// `autodidact ask "…"`.
struct AskCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask the current model one question."
    )

    @Argument(help: "The question.")
    var question: String

    @Flag(help: "Ask the base model.")
    var base = false

    @Option(help: "Sampling temperature; 0 gives the likeliest answer.")
    var temperature = 0.0

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
        guard temperature >= 0, temperature.isFinite else {
            throw ValidationError("--temperature is \(temperature); give 0 or more")
        }
    }

    func execute(_ session: Session) async throws {
        let reply = try await session.client.post(
            AskReply.self,
            ControlRoute.ask,
            AskRequest(question: question, base: base, temperature: temperature > 0 ? temperature : nil)
        )
        try session.show(reply) { renderer in
            let who = reply.checkpoint == .base ? "the base model" : "checkpoint \(reply.checkpoint)"
            let answer = reply.answer.map { "answer \($0.onOneLine)" } ?? "no answer could be read"
            let note =
                "\(answer) · \(who) · \(Words.plural(reply.tokenCount, "token")) in \(Format.duration(reply.seconds))"
            return [String(reply.text.drop(while: \.isWhitespace)).onManyLines, renderer.paint(note, .dim)]
        }
    }
}
