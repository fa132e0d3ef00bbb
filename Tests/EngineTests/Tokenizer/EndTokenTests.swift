import Engine
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
}
