import Daemon
import Foundation
import Loop
import Testing

@Suite("Settings")
struct SettingsTests {
    private func read(_ text: String, _ environment: [String: String] = [:]) throws -> DaemonSettings {
        let directory = try TemporaryDirectory()
        let file = try directory.write("a.yaml", text)
        return try SettingsReader(environment: environment).read(file: file)
    }

    private func message(_ text: String, _ environment: [String: String] = [:]) -> String {
        do {
            _ = try read(text, environment)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func `an unknown key is refused with its line and the known ones`() {
        let message = message("model: m\ngenerate:\n  temprature: 0.7\n")

        #expect(message.contains("a.yaml:3: unknown key generate.temprature"))
        #expect(message.contains("temperature"))
    }

    @Test func `an unknown section is refused`() {
        #expect(message("generat:\n  topK: 1\n").contains("a.yaml:1: unknown key generat;"))
    }

    @Test(arguments: [
        ("generate:\n  candidates: many\n", "generate.candidates: the value \"many\""),
        ("generate:\n  candidates: 1.5\n", "a whole number"),
        ("generate:\n  candidates: \"8\"\n", "generate.candidates"),
        ("generate:\n  stop: \"\\n\"\n", "a list in brackets"),
        ("vote:\n  tie: none\n", "one of first, drop"),
        ("prompt:\n  template: 7\n", "put it in double quotes"),
        ("select:\n  allowEmptyValid: yes\n", "true or false"),
        ("engine: fast\n", "engine: keys are expected below it"),
        ("model: [a]\n", "model: a list is of the wrong type"),
        ("stateDirectory: null\n", "stateDirectory: the value \"null\" is of the wrong type"),
        ("socket: ~\n", "socket: the value \"~\" is of the wrong type"),
        ("questions:\n  train: 2026\n", "a path; put it in double quotes"),
    ])
    func `a mistyped value is refused with key, value and remedy`(text: String, part: String) {
        #expect(message(text).contains(part))
    }

    @Test func `a key given twice is refused`() {
        #expect(message("model: a\nmodel: b\n").contains("not YAML"))
    }

    @Test func `the environment overrides the file`() throws {
        let environment = [
            "AUTODIDACT_GENERATE_TEMPERATURE": "0.25", "AUTODIDACT_GENERATE_MAX_NEW_TOKENS": "12",
            "AUTODIDACT_GENERATE_STOP": "[\"\\n\", \"Q:\"]", "AUTODIDACT_PROMPT_ANSWER_CUE": "So:",
        ]

        let settings = try read("generate:\n  temperature: 0.7\n", environment)

        #expect(settings.round.generate.temperature == 0.25)
        #expect(settings.round.generate.maxNewTokens == 12)
        #expect(settings.round.generate.stop == ["\n", "Q:"])
        #expect(settings.round.prompt.answerCue == "So:")
    }

    @Test func `an environment variable that names no setting of a section is refused`() {
        #expect(message("", ["AUTODIDACT_GENERATE_TEMP": "1"]).contains("AUTODIDACT_GENERATE_TEMP"))
    }

    @Test func `a mistyped environment variable is refused by name`() {
        #expect(message("", ["AUTODIDACT_LOOP_ROUNDS": "few"]).contains("AUTODIDACT_LOOP_ROUNDS"))
    }

    @Test func `relative paths are relative to the file`() throws {
        let settings = try read("model: m.gguf\nquestions:\n  train: /q/t.jsonl\n")

        #expect(settings.model.hasPrefix("/tmp/ad-") && settings.model.hasSuffix("/m.gguf"))
        #expect(settings.questions.train == "/q/t.jsonl")
        #expect(settings.stateDirectory.hasSuffix("/state"))
    }

    @Test func `systemd's directories serve where none is configured`() throws {
        let settings = try read("", ["STATE_DIRECTORY": "/s/a:/s/b", "RUNTIME_DIRECTORY": "/r"])

        #expect(settings.stateDirectory == "/s/a")
        #expect(settings.socket == "/r/control.sock")
    }

    @Test func `a value out of range is refused`() throws {
        var settings = DaemonSettings()
        settings.model = "m"
        settings.engine.rows = 0

        let error = #expect(throws: LoopError.self) { try CheckedSettings(settings) }

        #expect(error?.message == "engine.rows is 0; allowed are 1 to 4096")
    }

    @Test func `the example file is the printed reference and reads back as the defaults`() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "examples/autodidact.yaml")
        let text = try String(contentsOf: path, encoding: .utf8)

        var settings = try read(text)

        settings.stateDirectory = ""
        #expect(text == SettingsReference.text)
        #expect(settings == DaemonSettings())
    }
}
