/// Messages as chat services take them: turns with `role` and `content`.
enum MessagesLayout: SourceLayout {
    static let name = "messages"
    static let shape = "messages: [{role, content}]"

    static func fits(_ record: SourceObject) -> Bool {
        record["messages"]?.items?.first?.fields?.has("role", "content") == true
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        ChatTurns.items(of: record, turns: "messages", role: "role", content: "content")
    }
}
