import Engine
import Testing

@Suite struct TokenizerTests {
    @Test func `a thousand recorded strings give the recorded ids`() throws {
        let tokenizer = try TokenizerFixtures.smolLM2.get()
        let recorded = try TokenizerFixtures.decode(RecordedTokens.self, "tokens.json")

        let wrong = recorded.cases.filter { tokenizer.encode($0.text) != $0.ids }

        #expect(recorded.cases.count == 1000)
        #expect(wrong.map(\.text) == [])
    }

    @Test func `decoding the ids of a string gives the string`() throws {
        let tokenizer = try TokenizerFixtures.smolLM2.get()
        let recorded = try TokenizerFixtures.decode(RecordedTokens.self, "tokens.json")

        // Compared by scalars: Swift takes composed and decomposed characters for equal.
        let changed = recorded.cases.map(\.text).filter { text in
            let decoded = tokenizer.decode(tokenizer.encode(text), skipsControl: false)
            return !decoded.unicodeScalars.elementsEqual(text.unicodeScalars)
        }

        #expect(Set(changed) == Set(recorded.lossy))
    }

    @Test func `broken UTF-8 is repaired as Python repairs it`() throws {
        let tokenizer = try TokenizerFixtures.smolLM2.get()
        let recorded = try TokenizerFixtures.decode(RecordedTokens.self, "tokens.json")

        let wrong = recorded.broken.filter {
            !tokenizer.decode($0.ids).unicodeScalars.elementsEqual($0.text.unicodeScalars)
        }

        #expect(recorded.broken.contains { $0.text.contains("\u{FFFD}") })
        #expect(wrong.map(\.ids) == [])
    }

    @Test func `the model's special tokens are known`() throws {
        let tokenizer = try TokenizerFixtures.smolLM2.get()

        #expect(tokenizer.vocabularyCount == 49152)
        #expect(tokenizer.endOfText == 2)
        #expect(tokenizer.tokenID("<|im_start|>") == 1)
        #expect(tokenizer.isControl(1))
        #expect(!tokenizer.isControl(30))
        #expect(!tokenizer.addsBOS)
        #expect(tokenizer.decode([1, 2]).isEmpty)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a word of 100,000 letters is merged in reasonable time`() throws {
        let tokenizer = try TokenizerFixtures.smolLM2.get()
        let word = String(repeating: "abcdefghij", count: 10_000)

        let ids = tokenizer.encode(word)

        #expect(tokenizer.decode(ids) == word)
        #expect(ids.count < 60_000)
    }

    @Test(
        arguments: [
            ("abcd", [10, 5]), ("ab abab", [9, 12, 9]), ("cde", [11, 6]), ("", []), ("abzcd", [10, 5]),
            ("  ab", [7, 12]),
            ("a<keep>b</s>", [2, 13, 3, 1]), ("unused", [6, 5]),
        ] as [(String, [Int32])]
    )
    func `merges go by rank, and bytes without a token are left out`(text: String, ids: [Int32]) throws {
        let tokenizer = try Tokenizers.make(TokenizerFixtures.handMade())

        #expect(tokenizer.encode(text) == ids)
    }

    @Test func `a long word merges as its short pieces do`() throws {
        let tokenizer = try Tokenizers.make(TokenizerFixtures.handMade())

        let ids = tokenizer.encode(String(repeating: "abcdabe", count: 200))

        #expect(ids == Array(repeating: [10, 5, 9, 6] as [Int32], count: 200).flatMap { $0 })
    }

    @Test(arguments: [1, 200])
    func `a pair that changed while it waited does not merge at its old rank`(count: Int) throws {
        let merges = ["b c", "a b", "bc d", "a bc"]
        let tokenizer = try Tokenizers.make(TokenizerFixtures.handMade(merges: merges))

        let ids = tokenizer.encode(String(repeating: "abcd", count: count))

        #expect(ids == Array(repeating: [2, 17] as [Int32], count: count).flatMap { $0 })
    }

    @Test func `blanks before a digit stay together only where digits are cut off first`() throws {
        let smollm = try Tokenizers.make(TokenizerFixtures.handMade(pre: "smollm", merges: ["Ġ Ġ"]))
        let gpt2 = try Tokenizers.make(TokenizerFixtures.handMade(pre: "gpt-2", merges: ["Ġ Ġ"]))

        #expect(smollm.encode("a  11") == [2, 15, 8, 8])
        #expect(gpt2.encode("a  11") == [2, 7, 7, 8, 8])
    }

    @Test func `a begin-of-text token is added when the model says so`() throws {
        let tokenizer = try Tokenizers.make(TokenizerFixtures.handMade(addBOS: true))

        #expect(tokenizer.addsBOS)
        #expect(tokenizer.encode("ab") == [0, 9])
        #expect(tokenizer.encode("ab", addsSpecialTokens: false) == [9])
    }

    @Test func `the bytes of a token are its text's`() throws {
        let tokenizer = try Tokenizers.make(TokenizerFixtures.handMade())

        #expect(tokenizer.bytes(of: 12) == Array(" ab".utf8))
        #expect(tokenizer.bytes(of: 0) == Array("<s>".utf8))
        #expect(tokenizer.bytes(of: 99).isEmpty)
        #expect(tokenizer.bytes(of: -1).isEmpty)
        #expect(tokenizer.tokenID(" ab") == 12)
        #expect(tokenizer.tokenID("abcd") == nil)
        #expect(tokenizer.decode([0, 13, 9, 1, 99]) == "<keep>ab")
    }

    @Test(arguments: [
        ("bert", "default", "model \"bert\""), ("gpt2", "kimi-k2", "pre-tokenizer \"kimi-k2\""),
    ])
    func `another kind of tokenizer is refused by name`(model: String, pre: String, named: String) throws {
        let error = #expect(throws: EngineError.self) {
            try Tokenizers.make(TokenizerFixtures.handMade(model: model, pre: pre))
        }

        #expect(error?.code == .tokenizerUnsupported)
        #expect(error?.message.contains(named) == true)
        #expect(error?.message.contains("supported: ") == true)
    }

    @Test func `a merge whose result is not in the vocabulary is refused`() {
        let error = #expect(throws: EngineError.self) {
            try Tokenizers.make(TokenizerFixtures.handMade(merges: ["d e"]))
        }

        #expect(error?.message.contains("merge 0") == true)
    }
}
