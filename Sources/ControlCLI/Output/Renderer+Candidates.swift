package import ControlAPI
import Loop

extension Renderer {
    /// A page of candidates.
    package func candidates(_ reply: CandidatesReply) -> [String] {
        guard !reply.candidates.isEmpty else {
            return [
                "no candidate matches (\(Format.count(reply.totalCount)) before --offset \(reply.offset))"
            ]
        }
        var table = Table([
            .init("ID", right: true), .init("QUESTION", least: 12, keep: 3), .init("TEXT", least: 16),
            .init("ANSWER", least: 6), .init("CONS.", right: true, keep: 4),
            .init("LOSS", right: true, keep: 1),
            .init("DS", right: true, keep: 5), .init("VERDICT", keep: 2), .init("REASON", least: 10),
        ])
        table.rows = reply.candidates.map { candidate in
            let style: Style =
                candidate.verdict == .kept ? .good : candidate.verdict == .dropped ? .bad : .dim
            return [
                Cell("\(candidate.question).\(candidate.index)", .strong),
                Cell(candidate.questionText.onOneLine),
                Cell(String(candidate.text.drop(while: \.isWhitespace)).onOneLine),
                Cell(candidate.answer?.onOneLine ?? Format.nothing),
                Cell(Format.number(candidate.consistency)),
                Cell(Format.number(candidate.loss, decimals: 3)),
                Cell(Format.number(candidate.dsWeight)),
                Cell(candidate.verdict?.rawValue ?? Format.nothing, style),
                Cell(Words.reason(candidate.reason), style),
            ]
        }
        var lines = self.lines(table)
        let end = reply.offset + reply.candidates.count
        var note =
            "\(reply.offset + 1) to \(end) of \(Format.count(reply.totalCount)), round \(reply.round)"
        if end < reply.totalCount { note += "; continue with --offset \(end)" }
        lines.append(paint(note.cut(to: width), .dim))
        return lines
    }
}
