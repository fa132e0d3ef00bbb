import Engine
import Testing

@Suite struct HuggingFaceTokenizerTests {
    @Test(arguments: ["gpt2", "llama3", "qwen2"])
    func `a tokenizer.json gives the recorded ids under each pre-tokenizer`(name: String) throws {
        let entry = try TokenizerFixtures.tinyPreTokenizer(name)
        let tokenizer = try TokenizerFixtures.tiny(replacing: entry)
        let recorded = try TokenizerFixtures.decode(RecordedTinyTokens.self, "tokens-tiny.json")

        let wrong = recorded.cases.filter { tokenizer.encode($0.text) != $0.ids(name) }

        #expect(recorded.cases.count == 100)
        #expect(wrong.map(\.text) == [])
    }

    @Test func `the end of text is the one that the configuration names`() throws {
        let tokenizer = try TokenizerFixtures.tiny()

        #expect(tokenizer.endOfText == tokenizer.tokenID("<|im_end|>"))
        #expect(tokenizer.endTokens == [0, 2])
    }

    @Test func `a template puts its special tokens around the text`() throws {
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

        #expect(tokenizer.addsBOS)
        #expect(tokenizer.encode("") == [1, 2])
        #expect(tokenizer.encode("", addsSpecialTokens: false) == [])
    }

    @Test func `a composing normalizer makes both spellings of a letter one`() throws {
        let plain = try TokenizerFixtures.tiny()

        let composing = try TokenizerFixtures.tiny(replacing: #"{"normalizer": {"type": "NFC"}}"#)

        #expect(plain.encode("e\u{301}") != plain.encode("\u{E9}"))
        #expect(composing.encode("e\u{301}") == plain.encode("\u{E9}"))
    }

    @Test(arguments: [
        (#"{"normalizer": {"type": "Lowercase"}}"#, "normalizer Lowercase"),
        (#"{"pre_tokenizer": {"type": "Metaspace"}}"#, "pre-tokenizer Metaspace"),
        (#"{"pre_tokenizer": {"type": "Digits"}}"#, "without ByteLevel"),
        (
            #"{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?<=y)x+"}, "behavior": "Isolated"}}"#,
            "\"(?<=y)x+\""
        ),
        (#"{"model": {"type": "Unigram", "vocab": [["a", -1.5]]}}"#, "model Unigram"),
    ])
    func `what is not implemented is refused by name`(entries: String, named: String) {
        let error = #expect(throws: EngineError.self) { try TokenizerFixtures.tiny(replacing: entries) }

        #expect(error?.code == .tokenizerUnsupported)
        #expect(error?.message.contains(named) == true)
    }
}
