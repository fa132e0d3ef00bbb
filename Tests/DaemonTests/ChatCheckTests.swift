import Daemon
import Foundation
import Loop
import Testing

/// `prompt.format: chat` is looked at with the model, before anything is loaded.
@Suite struct ChatCheckTests {
    private static let tiny = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EngineTests/Fixtures/tiny").path(percentEncoded: false)

    private func settings(_ directory: TemporaryDirectory, model: String) throws -> DaemonSettings {
        var settings = DaemonSettings()
        settings.model = model
        settings.questions.train = try directory.write("train.jsonl", #"{"question": "1 + 1?"}"# + "\n")
        settings.round.prompt.format = .chat
        return settings
    }

    @Test func `a model without a chat template is refused at check with its place`() throws {
        let directory = try TemporaryDirectory()
        let settings = try settings(directory, model: Self.tiny)

        let error = #expect(throws: LoopError.self) { try CheckedSettings(settings) }

        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("model \(Self.tiny) has no chat template") == true)
    }

    @Test func `a model with a chat template passes`() throws {
        let directory = try TemporaryDirectory()
        let model = NSTemporaryDirectory() + "chat-check-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: model) }
        try FileManager.default.copyItem(atPath: Self.tiny, toPath: model)
        try Data("{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}".utf8)
            .write(to: URL(filePath: model + "/chat_template.jinja"))

        let checked = try CheckedSettings(try settings(directory, model: model))

        #expect(checked.questions.count == 1)
        #expect(checked.lengths.settingsFault == nil)
    }

    @Test func `auto takes a model without a template, asks it in plain text, and ends the examples' lines`()
        throws
    {
        let directory = try TemporaryDirectory()
        var settings = try settings(directory, model: Self.tiny)
        settings.round.prompt.format = .auto
        settings.round.prompt.system = "Be brief."
        settings.shotsFile = try directory.write("shots.txt", "Q: 1 + 1?\nA: The answer is 2.")

        var checked = try CheckedSettings(settings)
        try checked.checkCounts([.train: 1, .valid: 50, .gate: 200])

        // The file keeps its word; what it means is for each round to record.
        #expect(checked.settings.round.prompt.format == .auto)
        #expect(checked.settings.round.prompt.shots.hasSuffix("2.\n"))
        #expect(
            checked.warnings.contains { $0.hasPrefix("prompt.system is set, but only prompt.format chat") }
        )
    }
}
