import Engine
import Loop
import Testing

/// Added tokens that several files describe, against what transformers and tokenizers make of them.
@Suite struct AddedTokenCaseTests {
    /// A byte-level file of a few words, and what stands beside it.
    private func small(
        _ vocabulary: String = #""a": 0, "b": 1, "<s>": 2, "</s>": 3"#,
        added: [String] = [],
        config: String = "{}"
    ) throws -> any TextTokenizer {
        let file = """
            {"added_tokens": [\(added.joined(separator: ", "))],
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
            "model": {"type": "BPE", "vocab": {\(vocabulary)}, "merges": []}}
            """
        return try Tokenizers.make(
            .huggingFace(
                HuggingFaceTokenizerFiles(
                    tokenizerJSON: Array(file.utf8),
                    tokenizerConfig: Array(config.utf8),
                    eosIDs: [0]
                )
            )
        )
    }

    @Test func `special tokens that only the configuration names are taken over`() throws {
        let config = #"{"bos_token": "<s>", "eos_token": {"content": "</s>"}, "pad_token": "<pad>"}"#

        let tokenizer = try small(config: config)

        #expect(tokenizer.encode("a</s><s>b<pad>") == [0, 3, 2, 1, 4])
        #expect([2, 3, 4].allSatisfy { tokenizer.isControl($0) })
        #expect(tokenizer.decode([0, 3, 1]) == "ab")
        #expect(!tokenizer.encode(PromptText(content: "a</s>")).contains(3))
    }

    /// An entry of a list of added tokens.
    private func entry(_ id: Int, _ content: String, isSpecial: Bool = true, stripsLeft: Bool = false)
        -> String
    {
        #"{"id": \#(id), "content": "\#(content)", "single_word": false, "lstrip": \#(stripsLeft), "#
            + #""rstrip": false, "normalized": false, "special": \#(isSpecial)}"#
    }

    @Test(arguments: [
        (#""a": 0, "b": 1, "<s>": 2"#, 9, "<s>", 2),
        (#""a": 0, "b": 1, "c": 5"#, 6, "<x>", 3),
        (#""a": 0, "b": 1"#, 5, "<x>", 2),
    ])
    func `an added token under an id that the library would not give it is refused`(
        vocabulary: String,
        written: Int,
        content: String,
        given: Int
    ) throws {
        let error = #expect(throws: EngineError.self) {
            try small(vocabulary, added: [entry(written, content)])
        }
        let tokenizer = try small(vocabulary, added: [entry(given, content)])

        #expect(error?.message.contains("\"\(content)\" as \(written)") == true)
        #expect(error?.message.contains("would make \(given)") == true)
        #expect(tokenizer.encode("a\(content)b") == [0, Int32(given), 1])
    }

    @Test func `an added token that is named the end of text is special`() throws {
        let tokenizer = try small(
            added: [entry(3, "</s>", isSpecial: false)],
            config: #"{"eos_token": "</s>"}"#
        )

        #expect(tokenizer.isControl(3))
        #expect(tokenizer.decode([0, 3, 1]) == "ab")
    }

    @Test func `flags in the configuration stand above those in tokenizer.json`() throws {
        let config = """
            {"added_tokens_decoder": {
                "2": \(entry(2, "<s>", isSpecial: false, stripsLeft: true)), "4": \(entry(4, "<pad>"))
            }}
            """

        let tokenizer = try small(
            #""a": 0, "b": 1, "<s>": 2, "Ġ": 3"#,
            added: [entry(2, "<s>"), entry(4, "<pad>", isSpecial: false)],
            config: config
        )

        #expect(tokenizer.encode("a <s>b") == [0, 2, 1])
        #expect(tokenizer.isControl(2) && tokenizer.isControl(4))
    }

    @Test(arguments: [
        ("tokenizer_config.json", #"{"pad_token": "<pad>"}"#),
        ("tokenizer_config.json", #"{"added_tokens_decoder": {"563": {"content": "<x>", "special": true}}}"#),
        ("added_tokens.json", #"{"<x>": 563}"#),
    ])
    func `tokens of the other files count when tokenizer and embedding are compared`(
        name: String,
        content: String
    ) throws {
        let scratch = try Scratch()
        _ = try scratch.write("config.json", Array(#"{"vocab_size": 563}"#.utf8))
        _ = try scratch.write("tokenizer.json", Array(try TokenizerFixtures.data("tokenizer-tiny.json")))
        try ModelTokens.checkSize(ofDirectory: scratch.path)
        _ = try scratch.write(name, Array(content.utf8))

        let error = #expect(throws: EngineError.self) {
            try ModelTokens.checkSize(ofDirectory: scratch.path)
        }

        #expect(error?.message.contains("its tokenizer has 564 tokens, its embedding 563 rows") == true)
    }

    @Test func `a special token without text is none`() throws {
        let tokenizer = try small(added: [entry(7, "")], config: #"{"unk_token": "", "pad_token": "<pad>"}"#)

        #expect(tokenizer.vocabularyCount == 5)
        #expect(tokenizer.encode("a<pad>") == [0, 4])
    }
}
