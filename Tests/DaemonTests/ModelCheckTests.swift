import Daemon
import Testing

@Suite("The first look at a model")
struct ModelCheckTests {
    private func check(_ text: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("m.gguf", text)
        try withExtendedLifetime(directory) { try ModelCheck.run(path) }
    }

    @Test(arguments: ["\u{2}", "\u{3}"])
    func `every version that the engine reads passes`(version: String) throws {
        try check("GGUF" + version + String(repeating: "\0", count: 19))
    }

    @Test(arguments: [
        ("GGUF\u{4}" + String(repeating: "\0", count: 19), "is GGUF version 4, only 2 and 3 are read"),
        ("GGUL\u{3}" + String(repeating: "\0", count: 19), "is not a GGUF file"),
        ("GGUF\u{3}", "ends after 5 bytes"),
        ("version https://git-lfs.github.com/spec/v1", "git lfs pull"),
        ("<!doctype html>", "web page"),
    ])
    func `anything else is named`(text: String, message: String) {
        let error = #expect(throws: DaemonError.self) { try check(text) }

        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `a tokenizer larger than the embedding is named`() throws {
        let directory = try TemporaryDirectory()
        let config = try directory.write("config.json", #"{"vocab_size": 1}"#)
        _ = try directory.write("tokenizer.json", #"{"model": {"vocab": {"a": 0, "b": 1}}}"#)
        let path = String(config.dropLast("/config.json".count))

        let error = #expect(throws: DaemonError.self) { try ModelCheck.run(path) }

        #expect(error?.message.contains("its tokenizer has 2 tokens, its embedding 1 rows") == true)
    }
}
