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
    ])
    func `anything else is named`(text: String, message: String) {
        let error = #expect(throws: DaemonError.self) { try check(text) }

        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
