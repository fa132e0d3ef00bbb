import Engine
import Loop
import Testing

/// Which tokens end a text or a turn.
@Suite struct EndTokenTests {
    private func tokenizer(_ tokens: [String], types: [Int32], eos: Int, eot: Int? = nil) throws
        -> any TextTokenizer
    {
        try Tokenizers.make(
            .gguf(
                GGUFTokenizerMetadata(
                    model: "gpt2",
                    pre: "smollm",
                    tokens: tokens,
                    tokenTypes: types,
                    merges: [],
                    eosID: eos,
                    eotID: eot
                )
            )
        )
    }

    @Test(arguments: [
        "<end_of_turn>", "<|im_end|>", "<|eot_id|>", "<|end|>", "<|end_of_text|>", "<|endoftext|>",
        "<|eom_id|>",
    ])
    func `a control token that llama.cpp knows by its spelling ends a candidate`(spelling: String) throws {
        let control = try tokenizer(["<e>", "<s>", spelling, "a"], types: [3, 3, 3, 1], eos: 0)
        let word = try tokenizer(["<e>", "<s>", spelling, "a"], types: [3, 3, 1, 1], eos: 0)
        let named = try tokenizer(["<e>", "<s>", spelling, "a"], types: [3, 3, 3, 1], eos: 0, eot: 1)
        var candidate = CandidateText(request: 0, place: 0)

        candidate.take(2, logProbability: 0, stops: [], maxNewTokens: 9, tokenizer: control)

        #expect(candidate.finish == .stop)
        #expect(control.endTokens == [0, 2] && control.endOfText == 0)
        #expect(word.endTokens == [0])
        #expect(named.endTokens == [0, 1])
    }

    @Test func `a SentencePiece file that names no special tokens has the usual ones`() throws {
        var builder = GGUFBuilder.tiny()
        builder.set("tokenizer.ggml.model", .string("llama"))
        builder.set("tokenizer.ggml.tokens", .strings(["<unk>", "<s>", "</s>", "a", "b", "\u{2581}"]))
        builder.set("tokenizer.ggml.token_type", .i32s([2, 3, 3, 1, 1, 1]))
        for kind in ["bos", "eos"] { builder.set("tokenizer.ggml.\(kind)_token_id", nil) }
        let scratch = try Scratch()
        let path = try scratch.write("m.gguf", builder.bytes())

        guard case .gguf(let tables) = try ModelTokens.vocabulary(path) else {
            Issue.record("no tables")
            return
        }

        #expect(tables.bosID == 1 && tables.eosID == 2 && tables.unknownID == 0)
        #expect(tables.addBOS)
    }

    @Test(arguments: [(false, [0, 1]), (true, [0, 2])] as [(Bool, [Int])])
    func `a directory made of a GGUF file keeps every end`(isSpelled: Bool, ends: [Int]) throws {
        var builder = GGUFBuilder.tiny()
        if isSpelled {
            builder.set("tokenizer.ggml.tokens", .strings(["<|e|>", "<|s|>", "<|im_end|>", "b", "a", "Ġ"]))
            builder.set("tokenizer.ggml.token_type", .i32s([3, 3, 3, 1, 1, 1]))
            builder.set("tokenizer.ggml.merges", .strings([]))
        } else {
            builder.set("tokenizer.ggml.eot_token_id", .u32(1))
        }
        let scratch = try Scratch()
        let model = try ModelFiles.open(scratch.write("m.gguf", builder.bytes()))

        try ModelExport.merged(model, adapter: nil, to: "\(scratch.path)/out", isBF16: true)

        guard case .huggingFace(let files) = try ModelFiles.open("\(scratch.path)/out").tokenizerSource else {
            Issue.record("no tokenizer files")
            return
        }
        #expect(files.eosIDs == ends)
    }

    @Test func `a directory with more ends than a GGUF file can name is refused`() throws {
        var files = try TokenizerFixtures.tinyFiles(replacing: [GGUFTokenizerExportTests.plainTokens])
        func tables() throws -> GGUFTokenizerMetadata {
            try GGUFTokenizerMetadata(exporting: .huggingFace(files), vocabularyCount: 600)
        }
        let two = try tables()
        files.eosIDs = [0, 1, 2]

        let error = #expect(throws: EngineError.self) { try tables() }

        #expect(Set(two.endIDs) == [0, 2])
        #expect(error?.message.contains("3 tokens that end a text") == true)
    }

    @Test func `what comes after every text does not come after a prompt or twice after a sample`() throws {
        let template = """
            {"post_processor": {
                "type": "TemplateProcessing",
                "single": [
                    {"SpecialToken": {"id": "<|im_start|>", "type_id": 0}},
                    {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "<|im_end|>", "type_id": 0}}
                ],
                "special_tokens": {"<|im_start|>": {"ids": [1]}, "<|im_end|>": {"ids": [2]}}
            }}
            """
        let tokenizer = try TokenizerFixtures.tiny(replacing: template)
        let a = try #require(tokenizer.tokenID("a"))
        let sign = try #require(tokenizer.tokenID("!"))
        let sample = TextSample(prompt: "a", completion: "!")

        let tokens = try tokenizer.tokenize(sample, index: 0, contextLength: 16)

        #expect(tokenizer.encodePrompt("a") == [1, a])
        #expect(tokens.tokens == [1, a, sign, 2])
        #expect(tokens.promptCount == 2)
    }
}
