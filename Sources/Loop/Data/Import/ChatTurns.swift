/// The first exchange of a conversation: what a person asks, and the reply to it.
///
/// Instructions of the system are left out, and so is everything after the first reply.
enum ChatTurns {
    /// The question of a conversation.
    ///
    /// - Parameters:
    ///   - record: The record.
    ///   - turns: Its list of turns.
    ///   - role: The field that says who speaks.
    ///   - content: The field with what is said.
    /// - Returns: The question, or why there is none.
    static func items(of record: SourceObject, turns: String, role: String, content: String) -> [SourceItem] {
        let turns = record[turns]?.items?.compactMap(\.fields) ?? []
        func speaks(_ turn: SourceObject, _ names: [String]) -> Bool {
            names.contains(turn.words(role)?.lowercased() ?? "")
        }
        guard let asked = turns.firstIndex(where: { speaks($0, ["user", "human"]) }),
            let question = text(turns[asked][content])
        else {
            return [.left("without a question", line: record.line)]
        }
        let next = turns[(asked + 1)...].first { !speaks($0, ["system"]) }
        guard let next, speaks(next, ["assistant", "gpt", "chatgpt", "model", "bot"]),
            let reply = text(next[content])
        else {
            return SourceItem.of(record, question, answer: nil)
        }
        let parts = AnswerParts.ofReply(reply)
        return SourceItem.of(record, question, answer: parts.answer, rationale: parts.rationale)
    }

    /// A text, or a list of parts that are all text.
    private static func text(_ value: SourceValue?) -> String? {
        guard let parts = value?.items else { return value?.words }
        let texts = parts.compactMap { $0.fields?.words("text") }
        return texts.count == parts.count && !texts.isEmpty ? texts.joined(separator: "\n") : nil
    }
}
