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
}
