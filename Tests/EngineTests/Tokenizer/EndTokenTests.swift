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
}
