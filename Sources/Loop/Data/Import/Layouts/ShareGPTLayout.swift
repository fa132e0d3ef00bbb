/// ShareGPT: turns with `from` and `value`.
enum ShareGPTLayout: SourceLayout {
    static let name = "sharegpt"
    static let shape = "conversations: [{from, value}]"

    static func fits(_ record: SourceObject) -> Bool {
        record["conversations"]?.items?.first?.fields?.has("from", "value") == true
    }

    static func items(of record: SourceObject) -> [SourceItem] {
        ChatTurns.items(of: record, turns: "conversations", role: "from", content: "value")
    }
}
