import ArgumentParser
package import ControlAPI
import Foundation
import Loop

/// `autodidact retire`.
struct RetireCommand: ControlCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Take questions out of use from the next round on, put them back, or list them.",
        discussion: """
            The running round and all before it keep their questions. Say in one way which are meant:
              autodidact retire 17 18                      by number
              autodidact retire --file train.jsonl         all that came from a file of this name
              autodidact retire --lines bad.jsonl          those that are in this file
              autodidact retire --text "What is 3 + 4?"    the one with this text
              autodidact retire --file-gone                those whose lines the configured files no longer have
            --back puts them back. A retired question can be added again with another answer, in its own split alone.
            """
    )

    @Argument(help: "Numbers of questions, as \"autodidact candidates\" shows them before the point.")
    var ids: [Int] = []

    @Option(help: ArgumentHelp("All that came from a file of this name.", valueName: "name"))
    var file: String?

    @Option(
        help: ArgumentHelp("Those that are in this JSONL file; - is standard input.", valueName: "file"),
        completion: .file(extensions: ["jsonl"])
    )
    var lines: String?

    @Option(help: "The one with this text; case, white space and punctuation at the ends do not count.")
    var text: String?

    @Flag(help: "Those that came from the configured files and are no longer in them.")
    var fileGone = false

    @Option(help: "Only those of this split: train, valid, gate or test.")
    var split: Split?

    @Flag(help: "All of them, if several questions have the text.")
    var all = false

    @Flag(help: "Put them back in use.")
    var back = false

    @Flag(help: "Show those out of use.")
    var list = false

    @Flag(help: "Only say what would change.")
    var dryRun = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        let count = [!ids.isEmpty, file != nil, lines != nil, text != nil, fileGone].count { $0 }
        if list {
            guard count == 0, !back, !dryRun, !all else {
                throw ValidationError("--list shows all that are out of use; give --split at most")
            }
            return
        }
        guard count == 1 else {
            throw ValidationError(
                "say in one way which: numbers, --file, --lines, --text or --file-gone; or --list"
            )
        }
        if let id = ids.first(where: { $0 < 1 }) {
            throw ValidationError("\(id) is no question's number; they begin at 1")
        }
        if all, text == nil { throw ValidationError("--all belongs to --text") }
        if fileGone, back {
            throw ValidationError("--file-gone and --back exclude each other; give numbers to --back")
        }
    }

    func execute(_ session: Session) async throws {
        if list {
            var query = [(name: ControlQuery.limit, value: "\(ControlLimits.maximumListSize)")]
            if let split { query.append((name: ControlQuery.split, value: split.rawValue)) }
            let reply = try await session.client.get(RetiredReply.self, ControlRoute.retire, query: query)
            return try session.show(reply) { $0.retired(reply) }
        }
        let request = RetireRequest(
            ids: ids.isEmpty ? nil : ids.map { QuestionID(rawValue: $0) },
            file: file.map { URL(fileURLWithPath: $0).lastPathComponent },
            lines: try lines.map(Self.read),
            text: text,
            isGone: fileGone ? true : nil,
            split: split,
            isAll: all ? true : nil,
            isBack: back,
            isDryRun: dryRun
        )
        let reply = try await session.client.post(RetireReply.self, ControlRoute.retire, request)
        try session.show(reply) { $0.retire(reply) }
    }

    private static func read(_ path: String) throws -> [QuestionLine] {
        let limit = ControlLimits.questionsBodyByteCount
        let input = try InputFile(path, byteLimit: limit)
        guard input.data.count <= limit else {
            throw Problem(
                .tooLarge,
                "\(input.name) has more than \(limit) bytes, the most that can be sent at once",
                hint: "split it into smaller files"
            )
        }
        // Only text and options say which question it is.
        return try input.questionLines().map {
            QuestionLine(question: $0.question, choices: $0.choices, line: $0.line)
        }
    }
}

extension Renderer {
    private static let shownRowCount = 20

    /// What is out of use or back in use, and what that leaves.
    package func retire(_ reply: RetireReply) -> [String] {
        let state = (reply.isBack ? "back in use" : "out of use") + " from round \(reply.firstRound) on"
        let count = reply.ids.count
        let verb = reply.isDryRun ? "would be" : count == 1 ? "is" : "are"
        var lines = [count == 0 ? "nothing to change" : "\(Words.plural(count, "question")) \(verb) \(state)"]
        if !reply.questions.isEmpty {
            var table = Table([
                .init("NUMBER", right: true), .init("SPLIT"), .init("FROM", least: 8, keep: 1),
                .init("QUESTION", least: 16),
            ])
            table.rows = reply.questions.prefix(Self.shownRowCount).map { item in
                [
                    Cell("\(item.question)", .strong), Cell(item.split.rawValue), Cell(item.origin.onOneLine),
                    Cell(item.text.onOneLine),
                ]
            }
            lines += self.lines(table)
            if count > table.rows.count { lines.append("and \(Format.count(count - table.rows.count)) more") }
        }
        if let first = reply.unchanged.first {
            let others =
                reply.unchanged.count > 1 ? " and \(Format.count(reply.unchanged.count - 1)) more" : ""
            let was = (others.isEmpty ? "was" : "were") + (reply.isBack ? " in use" : " out of use")
            lines.append("question \(first)\(others) \(was) already")
        }
        lines.append(
            paint("in use: \(Words.counts(reply.counts).joined(separator: ", "))".cut(to: width), .dim)
        )
        return lines + (reply.warnings ?? []).map { paint("warning: \($0.onOneLine)", .accent) }
    }

    /// The questions out of use.
    package func retired(_ reply: RetiredReply) -> [String] {
        let inUse = "in use: \(Words.counts(reply.counts).joined(separator: ", "))"
        guard !reply.questions.isEmpty else {
            return ["no question is out of use", paint(inUse.cut(to: width), .dim)]
        }
        var table = Table([
            .init("NUMBER", right: true), .init("SPLIT"), .init("FROM", least: 8, keep: 2),
            .init("RETIRED", keep: 1),
            .init("LAST ROUND", right: true, keep: 3), .init("QUESTION", least: 16),
        ])
        table.rows = reply.questions.map { item in
            let round = item.lastRound.flatMap { $0.rawValue > 0 ? "\($0)" : nil }
            return [
                Cell("\(item.question)", .strong), Cell(item.split.rawValue), Cell(item.origin.onOneLine),
                Cell(item.retiredAt.map { String($0.prefix(10)) } ?? Format.nothing),
                Cell(round ?? Format.nothing), Cell(item.text.onOneLine),
            ]
        }
        let note = "\(Format.count(reply.totalCount)) out of use; \(inUse)"
        return lines(table) + [paint(note.cut(to: width), .dim)]
    }
}
