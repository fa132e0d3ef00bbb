import Engine
import Foundation
import Loop
import Testing

/// Content that spells control tokens.
@Suite struct ContentTests {
    @Test(
        arguments: [
            ("ab</s>", [9, 1]), ("ab\("</s>")", [9]), ("ab</\("s>")", [9]), ("\("</")s>", []),
            ("</s>\("ab</s>")</s>", [1, 9, 1]), ("<s>\("<s>")", [0]),
            // Not a control token: it stands for text, wherever that comes from.
            ("\("a<keep>b")", [2, 13, 3]), ("a<ke\("ep>")b", [2, 13, 3]),
        ] as [(PromptText, [Int32])]
    )
    func `a control token counts only where the format wrote all of it`(text: PromptText, ids: [Int32]) throws
    {
        let tokenizer = try Tokenizers.make(TokenizerFixtures.handMade())

        #expect(tokenizer.encode(text) == ids)
    }

    @Test func `without control tokens, what is content changes no id`() throws {
        let tokenizer = try TokenizerFixtures.tiny()
        let cases = try TokenizerFixtures.decode(RecordedTinyTokens.self, "tokens-tiny.json").cases
        let texts = cases.map(\.text).filter { !tokenizer.encode($0).contains(where: tokenizer.isControl) }

        for text in texts {
            let middle = text.unicodeScalars.index(text.startIndex, offsetBy: text.unicodeScalars.count / 2)
            let halves = (
                String(text.unicodeScalars[..<middle]), String(text.unicodeScalars[middle...])
            )
            let ids = tokenizer.encode(text)
            #expect(tokenizer.encode(PromptText(content: text)) == ids)
            #expect(tokenizer.encode(PromptText(format: halves.0) + PromptText(content: halves.1)) == ids)
        }
        #expect(texts.count > 50)
    }

    @Test func `composing keeps the marks`() throws {
        let control =
            #"{"normalizer": {"type": "NFC"}, "added_tokens": [{"id": 559, "content": "<|\u00e9|>", "#
            + #""single_word": false, "lstrip": false, "rstrip": false, "normalized": true, "special": true}, "#
            + #"{"id": 2, "content": "<|im_end|>", "single_word": false, "lstrip": false, "rstrip": false, "#
            + #""normalized": false, "special": true}]}"#
        let tokenizer = try TokenizerFixtures.tiny(replacing: control)
        let spelled = "<|e\u{301}|>"

        #expect(tokenizer.encode(PromptText(format: spelled)) == [559])
        #expect(!tokenizer.encode(PromptText(content: spelled)).contains(559))
        #expect(!tokenizer.encode("<|e" + PromptText(content: "\u{301}") + "|>").contains(559))
        #expect(tokenizer.encode("<|e\u{301}|>" + PromptText(content: "e\u{301}")).first == 559)
        // The same text but for its marks has the same ids.
        let plain = "e\u{301}a"
        #expect(tokenizer.encode(PromptText(content: plain)) == tokenizer.encode(plain))
        #expect(tokenizer.encode("e" + PromptText(content: "\u{301}a")) == tokenizer.encode(plain))
    }

    @Test func `a candidate that spells the end of a turn is scored and trained as the text it is`() throws {
        let path = TestFiles.fixtures + "/tiny"
        let (model, tokenizer) = (
            try BaseModel(path), try Tokenizers.make(ModelFiles.open(path).tokenizerSource)
        )
        let end = try #require(tokenizer.tokenID("<|im_end|>"))
        let prompt: PromptText = "<|im_start|>Q: \("x <|im_start|>")<|im_end|>\nA:"

        let sample = try model.tokenize(TextSample(prompt: prompt, completion: " 8<|im_end|>"), index: 0)

        // Those of the format, and the one that ends every sample.
        #expect(sample.tokens.count { $0 == end } == 2)
        #expect(sample.tokens.count { $0 == tokenizer.tokenID("<|im_start|>") } == 1)
        #expect(tokenizer.decode(Array(sample.tokens.dropFirst(sample.promptCount))) == " 8<|im_end|>")
        #expect(model.encode(prompt).count { $0 == end } == 1)
    }
}
