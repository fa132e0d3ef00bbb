public import ArgumentParser
import ControlAPI
import Foundation
import Loop

/// `autodidact add FILE`.
struct AddCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add questions from a JSONL file: all of them or, when one is wrong, none.",
        discussion: """
            Each line is an object: {"question": "…", "answer": "…", "rationale": "…", "choices": ["…"]}.
            Only the question is needed for split train; gate and test need an answer, valid a rationale as well.
            """
    )

    @Argument(help: "The file; - is standard input.", completion: .file(extensions: ["jsonl"]))
    var file: String

    @Option(help: "The split: train, valid, gate or test.")
    var split = Split.train

    @OptionGroup var global: GlobalOptions

    func execute(_ session: Session) async throws {
        let lines = try QuestionFile.lines(
            of: try contents(),
            name: file == "-" ? "standard input" : file,
            split: split
        )
        let reply = try await session.client.post(
            AddQuestionsReply.self,
            ControlRoute.questions,
            AddQuestionsRequest(split: split, lines: lines)
        )
        try session.show(reply) { _ in
            let known = lines.count - reply.addedCount
            return [
                "added \(Words.plural(reply.addedCount, "question")) to split \(split.rawValue)"
                    + (known > 0 ? "; \(known) stood there already" : "")
            ]
        }
    }

    private func contents() throws(Problem) -> Data {
        if file == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: file))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw Problem(.noInput, "the file \(file) does not exist", hint: "give a JSONL file of questions")
        } catch {
            throw Problem(.noInput, "cannot read \(file): \(error.localizedDescription)")
        }
    }
}

extension Split: ExpressibleByArgument {}
