import Daemon
import Foundation
import Loop
import Testing

/// `prompt.format: chat` is looked at with the model, before anything is loaded.
@Suite struct ChatCheckTests {
    private static let turns = "{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}"
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
        let model = try Self.model(
            "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"
        )
        defer { try? FileManager.default.removeItem(atPath: model) }

        let checked = try CheckedSettings(try settings(directory, model: model))

        #expect(checked.questions.count == 1)
        #expect(checked.lengths.settingsFault == nil)
    }

    @Test(
        arguments: [
            (
                turns + "{% if add_generation_prompt %}<think>\n{% endif %}", Thinking.off,
                "begins each answer with thinking"
            ),
            (turns, .on, "takes no notice of it"),
        ]
    )
    func `a template that thinks unasked, or not when asked, is named`(
        _ template: String,
        _ thinking: Thinking,
        _ word: String
    ) throws {
        let directory = try TemporaryDirectory()
        let model = try Self.model(template)
        defer { try? FileManager.default.removeItem(atPath: model) }
        var settings = try settings(directory, model: model)
        settings.round.prompt.thinking = thinking
        (settings.round.generate.maxNewTokens, settings.round.prompt.thinkingTokens) = (64, 128)

        let checked = try CheckedSettings(settings)

        #expect(checked.warnings.count { $0.contains(word) } == 1)
    }

    @Test(
        arguments: [
            turns + "{% if enable_thinking %}<think>{% endif %}",
            turns + "{% if thinking %}Think. {% endif %}",
        ]
    )
    func `a template that thinks when asked is passed without a word`(_ template: String) throws {
        let directory = try TemporaryDirectory()
        let model = try Self.model(template)
        defer { try? FileManager.default.removeItem(atPath: model) }

        for thinking in [Thinking.off, .on] {
            var settings = try settings(directory, model: model)
            settings.round.prompt.thinking = thinking
            (settings.round.generate.maxNewTokens, settings.round.prompt.thinkingTokens) = (64, 128)
            let checked = try CheckedSettings(settings)

            #expect(!checked.warnings.contains { $0.contains("prompt.thinking") })
        }
    }

    @Test func `an escalation without levers has nothing to wait for`() throws {
        let directory = try TemporaryDirectory()
        var settings = try settings(directory, model: Self.tiny)
        settings.round.prompt.format = .plain
        settings.loop.escalateAfter = 2

        let checked = try CheckedSettings(settings)

        #expect(checked.warnings.contains { $0.hasPrefix("loop.escalateAfter is set, but") })
    }

    /// A copy of the tiny model with a chat template.
    private static func model(_ template: String) throws -> String {
        let model = NSTemporaryDirectory() + "chat-check-\(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: tiny, toPath: model)
        try Data(template.utf8).write(to: URL(filePath: model + "/chat_template.jinja"))
        return model
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
