package import ControlAPI
import Loop

extension Renderer {
    /// An answer with who gave it, or the candidates with their vote.
    package func ask(_ reply: AskReply) -> [String] {
        guard let vote = reply.vote, let candidates = reply.candidates else {
            var shown = ShownText()
            return [shown.next(reply.text)] + note(reply)
        }
        var table = Table([.init("ANSWER", least: 6), .init("TEXT", least: 16)])
        table.rows = candidates.map { candidate in
            let isWinner = candidate.answer != nil && candidate.answer == reply.answer
            return [
                Cell(candidate.answer?.onOneLine ?? Format.nothing, isWinner ? .good : .bad),
                Cell(String(candidate.text.drop(while: \.isWhitespace)).onOneLine),
            ]
        }
        return lines(table) + [""] + bars(vote.rivals) + [""] + note(reply)
    }

    /// The answer, who gave it and what it took.
    func note(_ reply: AskReply) -> [String] {
        let who = Words.checkpoint(reply.checkpoint)
        let answer = reply.answer.map { "answer \($0.onOneLine)" } ?? "no answer could be read"
        let cost = "\(Words.plural(reply.tokenCount, "token")) in \(Format.duration(reply.seconds))"
        let parts = [answer] + outcome(reply) + [who, cost]
        let lines = field("", parts.map { Cell($0, .dim) }, labelWidth: 0)
        return lines + (reply.note.map { fitted("note: " + $0.onOneLine).map { paint($0, .accent) } } ?? [])
    }

    private func outcome(_ reply: AskReply) -> [String] {
        guard let vote = reply.vote, let winner = vote.rivals.first else { return [] }
        let unread = (reply.candidates?.count ?? vote.parsedCount) - vote.parsedCount
        return [
            "\(winner.count) of \(Words.plural(vote.parsedCount, "vote"))",
            "consistency \(Format.number(vote.consistency))",
            unread > 0 ? "\(unread) could not be read" : nil,
            vote.isTied ? "tied" : nil,
            vote.reason.map { "a round would not train on it: \(Words.reason($0))" },
        ].compactMap { $0 }
    }

    /// A bar for each answer's votes.
    func bars(_ rivals: [ExplainReply.Rival]) -> [String] {
        let most = rivals.map(\.count).max() ?? 1
        let label = rivals.map(\.answer.onOneLine.displayWidth).max() ?? 0
        return rivals.map { rival in
            let bar = String(repeating: "█", count: max(1, rival.count * 24 / max(most, 1)))
            return "  " + rival.answer.onOneLine.padded(to: min(label, 32)) + " \(bar) \(rival.count)"
        }
    }
}

/// A model's text as a terminal may show it, piece by piece: without the white space it begins with, and
/// without control characters.
package struct ShownText: Sendable {
    /// Whether anything but white space has come.
    package private(set) var hasBegun = false

    /// A text that has not begun.
    package init() {}

    /// What to show of the next piece.
    package mutating func next(_ piece: String) -> String {
        guard !hasBegun else { return piece.onManyLines }
        let text = piece.drop(while: \.isWhitespace)
        hasBegun = !text.isEmpty
        return String(text).onManyLines
    }
}
