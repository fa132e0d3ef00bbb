import Daemon
import Foundation
import Loop
import Testing

/// Levers that cannot help are found at the start, not after days.
@Suite struct EscalationSettingsTests {
    private static let tiny = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EngineTests/Fixtures/tiny").path(percentEncoded: false)

    private func settings(_ directory: TemporaryDirectory) throws -> DaemonSettings {
        var settings = DaemonSettings()
        settings.model = Self.tiny
        let question = #"{"question": "What is 1 + 2?", "answer": "3"}"#
        settings.questions.train = try directory.write("train.jsonl", question + "\n")
        settings.loop.escalation = [.votes, .restartFromBase]
        return settings
    }

    @Test func `a lever that changes nothing is left out with a warning`() throws {
        let directory = try TemporaryDirectory()
        var settings = try settings(directory)
        settings.round.finetune.startFrom = .base

        let checked = try CheckedSettings(settings)

        #expect(checked.settings.loop.escalation == [.votes])
        #expect(
            checked.warnings.contains(
                "loop.escalation restartFromBase changes nothing (finetune.startFrom base) and is not tried"
            )
        )
    }

    @Test func `levers that change something stay as they are written`() throws {
        let directory = try TemporaryDirectory()

        let checked = try CheckedSettings(try settings(directory))

        #expect(checked.settings.loop.escalation == [.votes, .restartFromBase])
        #expect(!checked.warnings.contains { $0.contains("loop.escalation") })
    }

    @Test func `a lever that is not known is refused with those that are`() throws {
        let directory = try TemporaryDirectory()
        var settings = try settings(directory)
        settings.loop.escalation = [LeverID(rawValue: "luck")]

        let error = #expect(throws: LoopError.self) { try CheckedSettings(settings) }

        #expect(error?.message.contains("loop.escalation has luck; known are votes, temperature") == true)
    }
}
