import Engine
import Foundation
import Loop
import Testing

/// Tokenizer files that were once read as something else.
@Suite struct TokenizerCaseTests {
    private func fails(_ body: () throws -> Void) -> EngineError? {
        #expect(throws: EngineError.self) { try body() }
    }

    @Test func `a GGUF file that does not name its pre-tokenizer is refused, with how to name it`() {
        let error = fails { _ = try Tokenizers.make(TokenizerFixtures.handMade(pre: "")) }

        #expect(error?.message.contains("tokenizer.ggml.pre is missing") == true)
        #expect(error?.message.contains("--pre-tokenizer") == true)
    }

    @Test(arguments: [("llama-bpe", true), ("falcon3", true), ("smollm", false), ("qwen2", false)])
    func `a Llama 3 file that does not say begins texts with its begin token`(pre: String, adds: Bool) throws
    {
        var builder = GGUFBuilder.tiny()
        builder.set("tokenizer.ggml.pre", .string(pre))
        let scratch = try Scratch()
        let path = try scratch.write("m.gguf", builder.bytes())

        let tokenizer = try Tokenizers.make(ModelTokens.vocabulary(path))

        #expect(tokenizer.addsBOS == adds)
        #expect(tokenizer.encode("ab") == (adds ? [1, 4] : [4]))
    }

    private func files(_ change: (inout HuggingFaceTokenizerFiles) -> Void) throws -> any TextTokenizer {
        var files = try TokenizerFixtures.tinyFiles(replacing: [])
        change(&files)
        return try Tokenizers.make(.huggingFace(files))
    }

    @Test func `tokens that only the files beside tokenizer json name are taken over`() throws {
        let count = try files { _ in }.vocabularyCount
        let decoder = """
            {"eos_token": "<|im_end|>", "added_tokens_decoder": {"\(count)": {"content": "<a>", "special": true,
            "normalized": false, "lstrip": false, "rstrip": false, "single_word": false}},
            "additional_special_tokens": ["<c>"]}
            """

        let tokenizer = try files {
            $0.tokenizerConfig = Array(decoder.utf8)
            $0.addedTokens = Array(#"{"<a>": \#(count), "<b>": \#(count + 1)}"#.utf8)
        }

        let (a, b, c) = (Int32(count), Int32(count + 1), Int32(count + 2))
        #expect(tokenizer.encode("<a><b><c>") == [a, b, c])
        #expect(tokenizer.isControl(a) && !tokenizer.isControl(b) && tokenizer.isControl(c))
        #expect(!tokenizer.encode(PromptText(content: "<a><c>")).contains { $0 == a || $0 == c })
    }

    @Test func `an added token whose id does not count on is refused by name`() {
        let error = fails { _ = try files { $0.addedTokens = Array(#"{"<far>": 5000}"#.utf8) } }

        #expect(error?.message.contains("\"<far>\" as 5000") == true)
    }

    @Test func `an end of text that the tokenizer does not know is an error naming it`() {
        let error = fails { _ = try files { $0.tokenizerConfig = Array(#"{"eos_token": "<gone>"}"#.utf8) } }

        #expect(error?.message.contains("\"<gone>\" is not known") == true)
    }

    /// A byte-level file of a few words.
    private func small(_ vocabulary: String, merges: String, added: String = "", more: String = "") throws
        -> any TextTokenizer
    {
        let file = """
            {"added_tokens": [\(added)], "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false},
            "model": {"type": "BPE", "vocab": {\(vocabulary)}, "merges": [\(merges)]\(more)}}
            """
        return try Tokenizers.make(
            .huggingFace(HuggingFaceTokenizerFiles(tokenizerJSON: Array(file.utf8), eosIDs: [0]))
        )
    }

    @Test(arguments: [(true, [1, 0, 1]), (false, [1, 0, 0, 1])] as [(Bool, [Int32])])
    func `bytes that the vocabulary lacks become the unknown token`(isFused: Bool, ids: [Int32]) throws {
        let tokenizer = try small(
            #""<unk>": 0, "a": 1"#,
            merges: "",
            more: #", "unk_token": "<unk>", "fuse_unk": \#(isFused)"#
        )

        #expect(tokenizer.encode("aéa") == ids)
    }

    @Test func `steps after ByteLevel see the spelling of the bytes`() throws {
        // "²" is spelled "Â²", and the second of these is a digit.
        let vocabulary = #""</s>": 0, "Â": 1, "²": 2, "Â²": 3"#
        let steps = #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}"#
        func tokenizer(_ more: String) throws -> any TextTokenizer {
            let file = """
                {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [\(steps)\(more)]},
                "model": {"type": "BPE", "vocab": {\(vocabulary)}, "merges": [["Â", "²"]]}}
                """
            return try Tokenizers.make(
                .huggingFace(HuggingFaceTokenizerFiles(tokenizerJSON: Array(file.utf8), eosIDs: [0]))
            )
        }

        #expect(try tokenizer("").encode("\u{B2}") == [3])
        #expect(try tokenizer(#", {"type": "Digits"}"#).encode("\u{B2}") == [1, 2])
    }

    @Test func `vocabulary keys that Swift takes for equal are two`() throws {
        let file = """
            {"normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "\u{2581}"},
            "decoder": {"type": "Replace", "pattern": {"String": "\u{2581}"}, "content": " "},
            "model": {"type": "BPE", "vocab": {"</s>": 0, "\u{212B}": 1, "\u{C5}": 2, "A\u{30A}": 3}, "merges": []}}
            """
        let tokenizer = try Tokenizers.make(
            .huggingFace(HuggingFaceTokenizerFiles(tokenizerJSON: Array(file.utf8), eosIDs: [0]))
        )

        #expect(tokenizer.encode("\u{212B}\u{C5}") == [1, 2])
        #expect(tokenizer.tokenID("\u{212B}") == 1 && tokenizer.tokenID("\u{C5}") == 2)
    }

    @Test func `an added token may be a word of the vocabulary`() throws {
        let pad =
            #"{"id": 1, "content": "b", "single_word": false, "lstrip": false, "rstrip": false, "#
            + #""normalized": false, "special": true}"#
        let tokenizer = try small(
            #""</s>": 0, "b": 1, "a": 2, "ab": 3"#,
            merges: #"["a", "b"]"#,
            added: pad
        )

        #expect(tokenizer.encode("ab") == [2, 1])
        #expect(tokenizer.encode(PromptText(content: "ab")) == [3])
        #expect(tokenizer.encode(PromptText(content: "b")) == [1])
    }

    @Test func `a candidate ends at an end token, and other control tokens are left out of its text`() throws
    {
        let tokenizer = try TokenizerFixtures.tiny()
        let start = try #require(tokenizer.tokenID("<|im_start|>"))
        let end = try #require(tokenizer.tokenID("<|im_end|>"))
        let word = try #require(tokenizer.tokenID("a"))
        var candidate = CandidateText(request: 0, place: 0)

        for token in [word, start, word] {
            candidate.take(token, logProbability: 0, stops: [], maxNewTokens: 9, tokenizer: tokenizer)
        }

        #expect(candidate.finish == nil)
        candidate.take(end, logProbability: 0, stops: [], maxNewTokens: 9, tokenizer: tokenizer)
        #expect(candidate.finish == .stop)
        #expect(candidate.bytes == Array("aa".utf8))
    }

    @Test(arguments: [
        ("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "git lfs pull"),
        ("\n<!DOCTYPE html><html></html>", "web page"),
    ])
    func `a pointer or a web page in place of a file is named`(text: String, words: String) throws {
        let scratch = try Scratch()
        let gguf = try scratch.write("m.gguf", Array(text.utf8))
        _ = try scratch.write("config.json", Array(text.utf8))

        let errors = [
            fails { _ = try ModelFiles.open(gguf) }, fails { _ = try ModelFiles.open(scratch.path) },
            fails { _ = try files { $0.tokenizerJSON = Array(text.utf8) } },
        ]

        #expect(
            errors.allSatisfy { $0?.message.contains(words) == true },
            "\(errors.map { $0?.message ?? "" })"
        )
    }

    @Test func `a tokenizer larger than the embedding is found without reading weights`() throws {
        let scratch = try Scratch()
        _ = try scratch.write("config.json", Array(#"{"vocab_size": 100}"#.utf8))
        _ = try scratch.write("tokenizer.json", Array(try TokenizerFixtures.data("tokenizer-tiny.json")))

        let error = fails { try ModelTokens.checkSize(ofDirectory: scratch.path) }

        #expect(error?.message.contains("its embedding 100 rows") == true)
    }
}
