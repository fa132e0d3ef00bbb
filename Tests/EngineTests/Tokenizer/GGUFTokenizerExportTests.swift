import Engine
import Foundation
import Testing

@Suite struct GGUFTokenizerExportTests {
    /// The three special tokens alone: the others of the small tokenizer look at the text beside them.
    static let plainTokens: String = {
        let tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"].enumerated().map { id, content in
            #"{"id": \#(id), "content": "\#(content)", "single_word": false, "lstrip": false, "rstrip": false, "#
                + #""normalized": false, "special": true}"#
        }
        return #"{"added_tokens": [\#(tokens.joined(separator: ", "))]}"#
    }()

    /// The small tokenizer with plain tokens and more entries replaced, converted.
    static func converted(
        _ entries: [String],
        vocabularyCount: Int = 600
    ) throws -> (before: any TextTokenizer, tables: GGUFTokenizerMetadata) {
        let source = TokenizerSource.huggingFace(
            try TokenizerFixtures.tinyFiles(replacing: [plainTokens] + entries)
        )
        let tables = try GGUFTokenizerMetadata(exporting: source, vocabularyCount: vocabularyCount)
        return (try Tokenizers.make(source), tables)
    }

    @Test(arguments: [("gpt2", "{}", "gpt-2"), ("qwen2", #"{"normalizer": {"type": "NFC"}}"#, "qwen2")])
    func `rules that have a name are converted`(_ rules: String, _ more: String, _ name: String) throws {
        let texts = try TokenizerFixtures.decode(RecordedTinyTokens.self, "tokens-tiny.json").cases.map(
            \.text
        )

        let (before, tables) = try Self.converted([TokenizerFixtures.tinyPreTokenizer(rules), more])

        let after = try Tokenizers.make(.gguf(tables))
        #expect(tables.pre == name)
        #expect(texts.filter { before.encode($0) != after.encode($0) } == [])
        #expect(after.endTokens == before.endTokens)
    }

    @Test func `a known word that is taken whole makes the rules those of Llama 3`() throws {
        let model = """
            {"model": {"type": "BPE", "ignore_merges": true, "vocab": {"<|endoftext|>": 0, "<|im_start|>": 1,
                "<|im_end|>": 2, "a": 3, "b": 4, "ab": 5, "abb": 6}, "merges": ["a b"]}}
            """

        let (before, tables) = try Self.converted([TokenizerFixtures.tinyPreTokenizer("llama3"), model])

        let after = try Tokenizers.make(.gguf(tables))
        #expect(tables.pre == "llama-bpe")
        #expect(before.encode("abb ab") == after.encode("abb ab") && after.encode("abb") == [6])
    }

    @Test func `a pattern without a scanner is written under its name`() throws {
        let pattern =
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"#
            + #"| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"#
        let steps = """
            {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": "\(pattern)"}, "behavior": "Isolated", "invert": false},
                {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}
            ]}}
            """

        let (before, tables) = try Self.converted([steps])

        let after = try Tokenizers.make(.gguf(tables))
        #expect(tables.pre == "qwen35")
        #expect(before.encode("e\u{301}a \u{301}12!") == after.encode("e\u{301}a \u{301}12!"))
    }

    @Test func `a vocabulary of plain characters is refused by name`() throws {
        let recorded = try RecordedKind.read("gemma")
        let files = HuggingFaceTokenizerFiles(
            tokenizerJSON: Array(try #require(recorded.tokenizer).utf8),
            eosIDs: [2]
        )

        let error = engineError {
            _ = try GGUFTokenizerMetadata(exporting: .huggingFace(files), vocabularyCount: 1000)
        }

        #expect(error?.message.contains("plain characters") == true)
    }

    @Test func `rows without a token become unused tokens`() throws {
        let (before, tables) = try Self.converted([], vocabularyCount: 700)

        let range = before.vocabularyCount..<700
        #expect(!range.isEmpty && tables.tokens.count == 700)
        #expect(range.allSatisfy { tables.tokens[$0] == "[PAD\($0)]" && tables.tokenTypes[$0] == 5 })
    }

    @Test func `a token before every text becomes the begin token`() throws {
        let template = """
            {"post_processor": {
                "type": "TemplateProcessing",
                "single": [
                    {"SpecialToken": {"id": "<|im_start|>", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}}
                ],
                "special_tokens": {"<|im_start|>": {"ids": [1]}}
            }}
            """

        let (_, tables) = try Self.converted([template])

        #expect(tables.addBOS && tables.bosID == 1)
        #expect(try Tokenizers.make(.gguf(tables)).encode("") == [1])
    }

    @Test func `the chat template comes from its own file or the default of several`() throws {
        var files = try TokenizerFixtures.tinyFiles(replacing: [Self.plainTokens])
        files.tokenizerConfig = Array(
            """
            {"eos_token": "<|im_end|>", "chat_template": [{"name": "tools", "template": "t"},
                {"name": "default", "template": "d"}]}
            """.utf8
        )
        let several = try GGUFTokenizerMetadata(exporting: .huggingFace(files), vocabularyCount: 600)
        files.chatTemplate = Array("own".utf8)

        let own = try GGUFTokenizerMetadata(exporting: .huggingFace(files), vocabularyCount: 600)

        #expect(several.chatTemplate == "d" && own.chatTemplate == "own")
    }

    @Test func `a third token that ends a text is refused by name`() throws {
        var files = try TokenizerFixtures.tinyFiles(replacing: [Self.plainTokens])
        files.eosIDs = [0, 2, 5]

        let error = engineError {
            _ = try GGUFTokenizerMetadata(exporting: .huggingFace(files), vocabularyCount: 600)
        }

        #expect(error?.code == .tokenizerUnsupported)
        #expect(error?.message.contains("and it can name two") == true, "\(error?.message ?? "no error")")
    }

    @Test(arguments: [(1, [0, 1]), (0, [0])])
    func `a directory made of a GGUF file keeps the token that ends a turn`(_ eot: Int, _ ends: [Int]) throws
    {
        let tables = GGUFTokenizerMetadata(
            model: "gpt2",
            pre: "smollm",
            tokens: ["<|e|>", "<|t|>", "a", "b"],
            tokenTypes: [3, 3, 1, 1],
            merges: [],
            eosID: 0,
            eotID: eot
        )

        let files = try HuggingFaceTokenizerFiles(exporting: .gguf(tables))

        #expect(files.eosIDs == ends)
    }

    static let suffix = """
        {"post_processor": {
            "type": "TemplateProcessing",
            "single": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "<|im_end|>", "type_id": 0}}
            ],
            "special_tokens": {"<|im_end|>": {"ids": [2]}}
        }}
        """

    static let pairs = """
        {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": "[0-9][0-9]"}, "behavior": "Isolated", "invert": false},
            {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}
        ]}}
        """

    @Test(arguments: [
        (["{}"], "the text next to it"), ([plainTokens, suffix], "around every text"),
        ([plainTokens, pairs], "no name"),
    ])
    func `what a GGUF file cannot say is refused by name`(_ entries: [String], _ words: String) throws {
        let files = try TokenizerFixtures.tinyFiles(replacing: entries)

        let error = engineError {
            _ = try GGUFTokenizerMetadata(exporting: .huggingFace(files), vocabularyCount: 600)
        }

        #expect(error?.code == .tokenizerUnsupported)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
    }

    @Test func `more tokens than the embedding has rows are refused`() {
        let error = engineError { _ = try Self.converted([], vocabularyCount: 100) }

        #expect(error?.message.contains("embedding of 100 rows") == true)
    }
}
