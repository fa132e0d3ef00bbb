public import ArgumentParser
import ControlAPI
import Loop

/// `autodidact add FILE`.
struct AddCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add questions from a JSONL file: all of them, or none if one is wrong.",
        discussion: """
            Each line is an object: {"question": "…", "answer": "…", "rationale": "…", "choices": ["…"]}.
            Only the question is needed for split train; gate and test need an answer, valid a rationale as well.
            A train question that is there already with another answer is corrected; see "autodidact help retire" for others.
            """
    )

    @Argument(help: "The file, or a pipe; - is standard input.", completion: .file(extensions: ["jsonl"]))
    var file: String

    @Option(help: "The split: train, valid, gate or test.")
    var split = Split.train

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let input = try InputFile(file, byteLimit: ControlLimits.questionsBodyByteCount)
        guard input.data.count <= ControlLimits.questionsBodyByteCount else {
            throw Problem(
                .tooLarge,
                "\(input.name) has more than \(ControlLimits.questionsBodyByteCount) bytes, the most that can be added at once",
                hint: "split it into smaller files"
            )
        }
        let lines = try input.questionLines()
        guard !lines.isEmpty else {
            throw Problem(.invalid, "\(input.name) has no question", hint: "write one JSON object per line")
        }
        let request = AddQuestionsRequest(split: split, lines: lines, source: input.source)
        let reply = try await session.client.post(AddQuestionsReply.self, ControlRoute.questions, request)
        try session.show(reply) { $0.added(reply, of: lines.count, to: split) }
    }
}

extension InputFile {
    /// The questions in the file.
    func questionLines() throws(Problem) -> [QuestionLine] {
        do {
            return try QuestionFile.lines(of: data, name: name).map { QuestionLine($0) }
        } catch {
            throw Problem(error)
        }
    }
}

extension Split: ExpressibleByArgument {}

extension Renderer {
    private static let shownLineCount = 20

    /// How many questions are new, and line by line those that were there already and what deserves
    /// attention.
    func added(_ reply: AddQuestionsReply, of lineCount: Int, to split: Split) -> [String] {
        let corrected = reply.corrected ?? []
        let knownCount = lineCount - reply.addedCount - corrected.count
        let tail = knownCount > 0 ? "; \(Format.count(knownCount)) were there already" : ""
        var lines = ["added \(Words.plural(reply.addedCount, "question")) to split \(split.rawValue)\(tail)"]
        let known = reply.known ?? []
        lines += known.prefix(Self.shownLineCount).map { item in
            "  \(item.origin.onOneLine) is there already as question \(item.question)"
        }
        if known.count > Self.shownLineCount {
            lines.append("  and \(Format.count(known.count - Self.shownLineCount)) more")
        }
        lines += corrected.prefix(Self.shownLineCount).map { item in
            "  \(item.origin.onOneLine) corrects the answer of question \(item.question)"
        }
        if corrected.count > Self.shownLineCount {
            lines.append("  and \(Format.count(corrected.count - Self.shownLineCount)) more")
        }
        lines += (reply.warnings ?? []).map { paint("warning: \($0.onOneLine)", .accent) }
        return lines
    }
}
