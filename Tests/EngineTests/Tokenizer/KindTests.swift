import Engine
import Foundation
import Loop
import Testing

/// What scripts/record/kinds.py recorded.
struct RecordedKind: Decodable {
    /// The text of a tokenizer.json, or the tables of a GGUF file.
    var tokenizer: String?
    var tokens: [String]?
    var types: [Int32]?
    var scores: [Float]?
    /// The ids of each string of texts.json, and what they decode to.
    var cases: [[Int32]]
    var decoded: [String]

    /// A tokenizer of the kind, as a directory would have it.
    func directoryTokenizer() throws -> any TextTokenizer {
        try Tokenizers.make(
            .huggingFace(
                HuggingFaceTokenizerFiles(
                    tokenizerJSON: Array(try #require(tokenizer).utf8),
                    tokenizerConfig: Array(#"{"eos_token": "</s>"}"#.utf8)
                )
            )
        )
    }

    static func read(_ name: String) throws -> RecordedKind {
        try TokenizerFixtures.decode(RecordedKind.self, "kinds/\(name).json")
    }

    static func texts() throws -> [String] { try TokenizerFixtures.decode([String].self, "kinds/texts.json") }
}

/// A byte-level vocabulary with its ids under each name in `tokenizer.ggml.pre`.
struct RecordedNames: Decodable {
    var tokens: [String]
    var merges: [String]
    var cases: [String: [[Int32]]]
}

@Suite struct KindTests {
    @Test(arguments: [
        "llama2", "metaspace-first", "metaspace-words", "gemma", "falcon", "removed", "unknown",
        "unknown-fused",
    ])
    func `each kind of tokenizer file gives the recorded ids and texts`(kind: String) throws {
        let texts = try RecordedKind.texts()
        let recorded = try RecordedKind.read(kind)
        let (ids, decoded) = (recorded.cases, recorded.decoded)
        let tokenizer = try recorded.directoryTokenizer()

        let wrong = zip(texts, ids).filter { tokenizer.encode($0) != $1 }
        let changed = zip(ids, decoded).filter { !tokenizer.decode($0).utf8.elementsEqual($1.utf8) }

        #expect(texts.count == 200 && ids.count == 200 && decoded.count == 200)
        #expect(wrong.map(\.0) == [])
        #expect(changed.map(\.1) == [])
    }

    @Test(arguments: [
        "gpt-2", "starcoder", "llama-bpe", "qwen2", "qwen35", "tekken", "gpt-4o", "deepseek-coder",
        "deepseek-llm",
        "deepseek-v3",
    ])
    func `each name of a pre-tokenizer cuts words as its own pattern does`(name: String) throws {
        let texts = try RecordedKind.texts()
        let chosen = stride(from: 0, to: 140, by: 2).map { texts[$0] } + texts[140...]
        let recorded = try TokenizerFixtures.decode(RecordedNames.self, "kinds/pre.json")
        let tokens = recorded.tokens
        let tokenizer = try Tokenizers.make(
            .gguf(
                GGUFTokenizerMetadata(
                    model: "gpt2",
                    pre: name,
                    tokens: tokens,
                    tokenTypes: tokens.map { $0 == "</s>" ? 3 : 1 },
                    merges: recorded.merges,
                    eosID: tokens.firstIndex(of: "</s>")
                )
            )
        )
        let ids = try #require(recorded.cases[name])

        let wrong = zip(chosen, ids).filter { tokenizer.encode($0) != $1 }

        #expect(ids.count == chosen.count)
        #expect(wrong.map(\.0) == [])
    }

    /// A SentencePiece model, as a GGUF file keeps it.
    private func sentencePiece(addsBlank: Bool = true) throws -> (any TextTokenizer, RecordedKind) {
        let recorded = try RecordedKind.read("spm")
        let tokenizer = try Tokenizers.make(
            .gguf(
                GGUFTokenizerMetadata(
                    model: "llama",
                    pre: "default",
                    tokens: try #require(recorded.tokens),
                    tokenTypes: try #require(recorded.types),
                    merges: [],
                    bosID: 1,
                    eosID: 2,
                    unknownID: 0,
                    addSpacePrefix: addsBlank,
                    scores: recorded.scores
                )
            )
        )
        return (tokenizer, recorded)
    }

    @Test func `a vocabulary with scores gives what sentencepiece gives`() throws {
        let (tokenizer, recorded) = try sentencePiece()
        let (ids, decoded) = (recorded.cases, recorded.decoded)

        // sentencepiece never makes a control token of text, so all of it is content here.
        let wrong = zip(try RecordedKind.texts(), ids).filter {
            tokenizer.encode(PromptText(content: $0)) != $1
        }
        let changed = zip(ids, decoded).filter { !tokenizer.decode($0).utf8.elementsEqual($1.utf8) }

        #expect(ids.count == 200)
        #expect(wrong.map(\.0) == [])
        #expect(changed.map(\.1) == [])
    }

    @Test func `a blank comes before a text only where the file says so`() throws {
        let (with, _) = try sentencePiece()
        let (without, _) = try sentencePiece(addsBlank: false)

        #expect(with.encode("the") == without.encode(" the"))
        #expect(with.decode(with.encode("the")) == "the")
        #expect(without.decode(without.encode(" the")) == " the")
        #expect(with.encode("") == [])
    }

    @Test func `bytes of a character that the vocabulary lacks come one by one`() throws {
        let (tokenizer, _) = try sentencePiece()
        var pieces = TextPieces(stops: [])
        var (bytes, shown): ([UInt8], [String]) = ([], [])

        for token in tokenizer.encode("a\u{1F9FF}b") {
            bytes += tokenizer.bytes(of: token)
            if let piece = pieces.next(of: bytes, isFinished: false) { shown.append(piece) }
        }

        #expect(shown.joined() == " a\u{1F9FF}b")
        #expect(shown.contains("\u{1F9FF}"))
        #expect(!shown.joined().contains("\u{FFFD}"))
    }

    @Test func `content that spells a control token has none, whatever the kind`() throws {
        let (scored, _) = try sentencePiece()
        let merged = try RecordedKind.read("llama2").directoryTokenizer()

        for tokenizer in [scored, merged] {
            #expect(!tokenizer.encode(PromptText(content: "a</s>b"), addsSpecialTokens: false).contains(2))
            #expect(tokenizer.encode(PromptText(format: "a</s>b"), addsSpecialTokens: false).contains(2))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a text of 100,000 characters without words is encoded in reasonable time`() throws {
        let tokenizer = try RecordedKind.read("llama2").directoryTokenizer()
        let text = String(repeating: "the answer is ", count: 7200)

        let ids = tokenizer.encode(text)

        #expect(tokenizer.decode(ids) == text)
    }
}
