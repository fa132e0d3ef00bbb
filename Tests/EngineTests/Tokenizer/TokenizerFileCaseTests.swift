import Engine
import Loop
import Testing

/// Rules of tokenizer.json that are easily read as something else.
@Suite struct TokenizerFileCaseTests {
    /// A byte-level file of a few words.
    private func small(
        _ vocabulary: String,
        merges: String = "",
        steps: String = "",
        more: String = ""
    ) throws -> any TextTokenizer {
        let file = """
            {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [\(steps)
                {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]},
            "model": {"type": "BPE", "vocab": {\(vocabulary)}, "merges": [\(merges)]\(more)}}
            """
        return try Tokenizers.make(
            .huggingFace(HuggingFaceTokenizerFiles(tokenizerJSON: Array(file.utf8), eosIDs: [0]))
        )
    }

    @Test(
        arguments: [
            ("{1,3}+", [1, 1, 3]), ("{1,3}", [1, 1, 1, 2]), ("{2}+", [1, 1, 3]), ("++", [1, 1, 3]),
        ] as [(String, [Int32])]
    )
    func `a plus behind a count repeats the repeat`(quantity: String, ids: [Int32]) throws {
        let split = #"{"type": "Split", "pattern": {"Regex": "[0-9]\#(quantity)"}, "behavior": "Isolated"},"#

        let tokenizer = try small(
            #""</s>": 0, "1": 1, "4": 2, "14": 3"#,
            merges: #"["1", "4"]"#,
            steps: split
        )

        #expect(tokenizer.encode("1114") == ids)
    }

    @Test func `a word that is not spelled in bytes is made by no text`() throws {
        let tokenizer = try small(
            #""</s>": 0, "a": 1, "Ġ": 2, " ": 3, "日": 4, "æ": 5, "Ĺ": 6, "¥": 7, "日a": 8"#,
            merges: #"["日", "a"]"#,
            more: #", "ignore_merges": true"#
        )

        #expect(tokenizer.encode(" a") == [2, 1])
        #expect(tokenizer.encode("日") == [5, 6, 7])
        #expect(tokenizer.decode([4, 1]) == "日a")
    }

    @Test(arguments: ["", #"{"type": "Digits"}, "#])
    func `blanks spelled as a sign beside bytes are refused by name`(before: String) {
        let blanks = before + #"{"type": "Metaspace", "replacement": "\u2581"},"#

        let error = #expect(throws: EngineError.self) {
            try small(#""</s>": 0, "a": 1"#, steps: blanks)
        }

        #expect(error?.code == .tokenizerUnsupported)
        #expect(error?.message.contains("Metaspace beside ByteLevel") == true)
    }

    @Test func `an unknown token outside the vocabulary is refused where bytes are missing`() {
        let error = #expect(throws: EngineError.self) {
            try small(#""</s>": 0, "a": 1"#, more: #", "unk_token": "<gone>""#)
        }

        #expect(error?.code == .tokenizerUnsupported)
        #expect(error?.message.contains("\"<gone>\" is not in the vocabulary, which lacks 255 bytes") == true)
    }
}
