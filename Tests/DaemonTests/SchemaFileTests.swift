import Daemon
import Foundation
import Loop
import Testing

/// `answer.schema` names a file, as `prompt.shots` does; rounds record its text.
@Suite struct SchemaFileTests {
    private static let tiny = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EngineTests/Fixtures/tiny").path(percentEncoded: false)

    private func settings(_ directory: TemporaryDirectory, schema: String) throws -> DaemonSettings {
        var settings = DaemonSettings()
        settings.model = Self.tiny
        settings.questions.train = try directory.write(
            "train.jsonl",
            #"{"question": "Which numbers?", "answer": "[1, 2]"}"# + "\n"
        )
        settings.round.vote.answerKind = .json
        settings.schemaFile = try directory.write("answer.json", schema)
        return settings
    }

    @Test func `the file's text becomes the setting, and answers must fit it`() throws {
        let directory = try TemporaryDirectory()
        let text = #"{"type": "array", "items": {"type": "integer"}}"#

        let checked = try CheckedSettings(try settings(directory, schema: text))

        #expect(checked.settings.round.answer.schema == text)
        #expect(throws: LoopError.self) {
            try CheckedSettings(try settings(directory, schema: #"{"type": "object"}"#))
        }
    }

    @Test func `a schema that cannot be checked is refused with its path`() throws {
        let directory = try TemporaryDirectory()
        let settings = try settings(directory, schema: #"{"items": {"format": "date"}}"#)

        let error = #expect(throws: LoopError.self) { try CheckedSettings(settings) }

        #expect(error?.message.hasPrefix("answer.schema: /items/format is not supported") == true)
    }

    @Test func `a schema file that is not there is named with its setting`() throws {
        let directory = try TemporaryDirectory()
        var settings = try settings(directory, schema: "{}")
        settings.schemaFile += ".missing"

        let error = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }

        #expect(error?.message.hasPrefix("answer.schema: ") == true, "\(error?.message ?? "")")
    }
}
