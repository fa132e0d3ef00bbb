import Engine
import Foundation
import Testing

/// Compares with the vocabularies of llama.cpp's source package.
///
/// They are not part of this repository: the variable AUTODIDACT_TEST_VOCABULARIES names the folder `models`
/// with its files `ggml-vocab-*.gguf`, `.inp` and `.out`.
@Suite struct PublishedVocabularyTests {
    static let folder = ProcessInfo.processInfo.environment["AUTODIDACT_TEST_VOCABULARIES"]
    static let names = [
        "command-r", "deepseek-coder", "deepseek-llm", "falcon", "gemma-4", "gpt-2", "llama-bpe", "llama-spm",
        "mpt",
        "phi-3", "qwen2", "qwen35", "refact", "starcoder",
    ]

    @Test(
        .enabled(if: folder != nil, "AUTODIDACT_TEST_VOCABULARIES names no folder: skipped"),
        arguments: names
    )
    func `every line of llama.cpp's tokenizer tests is equal`(name: String) throws {
        let path = "\(try #require(Self.folder))/ggml-vocab-\(name).gguf"
        let texts = try String(contentsOfFile: path + ".inp", encoding: .utf8)
            .components(separatedBy: "\n__ggml_vocab_test__\n")
        let lines = try String(contentsOfFile: path + ".out", encoding: .utf8).components(separatedBy: "\n")
        let tokenizer = try Tokenizers.make(ModelTokens.vocabulary(path))

        let wrong = zip(texts, lines).filter { text, line in
            let expected = line.split(separator: " ").compactMap { Int32($0) }
            return tokenizer.encode(text, addsSpecialTokens: false) != expected
        }

        #expect(wrong.map(\.0) == [])
    }
}
