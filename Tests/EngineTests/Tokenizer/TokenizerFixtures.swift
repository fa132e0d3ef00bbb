import Engine
import Foundation
import Loop

/// The strings and ids that scripts/record/tokens.py recorded.
struct RecordedTokens: Decodable {
    struct Case: Decodable {
        var text: String
        var ids: [Int32]
    }

    /// Texts with a byte that the vocabulary lacks.
    var lossy: [String]
    var cases: [Case]
    /// Ids cut out of characters, and the text they decode to.
    var broken: [Case]
}

/// The small tokenizer's recorded ids under three pre-tokenizers.
struct RecordedTinyTokens: Decodable {
    struct Case: Decodable {
        var text: String
        var gpt2: [Int32]
        var llama3: [Int32]
        var qwen2: [Int32]

        func ids(_ name: String) -> [Int32] {
            switch name {
            case "gpt2": gpt2
            case "llama3": llama3
            default: qwen2
            }
        }
    }

    var cases: [Case]
}

struct MissingModel: Error, CustomStringConvertible {
    var description: String { "the model file is missing: run scripts/setup" }
}

enum TokenizerFixtures {
    /// The tokenizer of the model that scripts/setup fetches; read once for all tests.
    static let smolLM2 = Result { () throws -> any TextTokenizer in
        let path = root.appending(path: "models/SmolLM2-135M-Instruct.Q4_1.gguf").path
        guard FileManager.default.fileExists(atPath: path) else { throw MissingModel() }
        return try Tokenizers.make(ModelFiles.open(path).tokenizerSource)
    }

    static func data(_ name: String) throws -> Data {
        try Data(contentsOf: root.appending(path: "Tests/EngineTests/Fixtures/\(name)"))
    }

    static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try JSONDecoder().decode(type, from: data(name))
    }

    /// tokenizer-tiny.json with some of its top-level entries replaced by those of a JSON object.
    static func tiny(replacing entries: String = "{}") throws -> any TextTokenizer {
        try Tokenizers.make(.huggingFace(tinyFiles(replacing: [entries])))
    }

    /// The files of the small tokenizer, some top-level entries replaced by those of each JSON object in
    /// turn.
    static func tinyFiles(replacing entries: [String]) throws -> HuggingFaceTokenizerFiles {
        var object = try self.object(data("tokenizer-tiny.json"))
        for entries in entries { object.merge(try self.object(Data(entries.utf8))) { $1 } }
        let bytes = Array(try JSONSerialization.data(withJSONObject: object))
        let config = Array(#"{"eos_token": {"content": "<|im_end|>"}}"#.utf8)
        return HuggingFaceTokenizerFiles(tokenizerJSON: bytes, tokenizerConfig: config, eosIDs: [0, 2])
    }

    /// A pre-tokenizer that tokens-tiny.json was recorded with, as the JSON entry to replace.
    static func tinyPreTokenizer(_ name: String) throws -> String {
        let nodes = try object(data("tokens-tiny.json"))["preTokenizers"] as? [String: Any]
        let entry = ["pre_tokenizer": nodes?[name] ?? NSNull()]
        return String(decoding: try JSONSerialization.data(withJSONObject: entry), as: UTF8.self)
    }

    private static func object(_ json: Data) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: json) as? [String: Any] ?? [:]
    }

    /// Bytes a to e, a blank and a digit; unless given, merges to "ab", "abc", "cd" and " ab".
    static func handMade(
        model: String = "gpt2",
        pre: String = "gpt-2",
        merges: [String] = ["a b", "ab c", "c d", "Ġ ab"],
        addBOS: Bool = false
    ) -> TokenizerSource {
        .gguf(
            GGUFTokenizerMetadata(
                model: model,
                pre: pre,
                tokens: [
                    "<s>", "</s>", "a", "b", "c", "d", "e", "Ġ", "1", "ab", "abc", "cd", "Ġab", "<keep>",
                    "unused", "ĠĠ", "bc", "bcd",
                ],
                tokenTypes: [3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 5, 1, 1, 1],
                merges: merges,
                bosID: 0,
                eosID: 1,
                addBOS: addBOS
            )
        )
    }

    static let root: URL = {
        var url = URL(filePath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url
    }()
}

extension TextTokenizer {
    /// The ids of a text that a format wrote, as the recording scripts see every text.
    func encode(_ text: String, addsSpecialTokens: Bool = true) -> [Int32] {
        encode(PromptText(format: text), addsSpecialTokens: addsSpecialTokens)
    }
}
