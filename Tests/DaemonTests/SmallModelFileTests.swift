import Daemon
import Foundation
import Loop
import Testing

/// `select.smallModel` names a model that a start opens; rounds record which one it was.
@Suite struct SmallModelFileTests {
    private static let tiny = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EngineTests/Fixtures/tiny").path(percentEncoded: false)

    private func settings(_ directory: TemporaryDirectory, small: String) throws -> DaemonSettings {
        var settings = DaemonSettings()
        settings.model = Self.tiny
        settings.questions.train = try directory.write(
            "train.jsonl",
            #"{"question": "What is 1 + 1?", "answer": "2"}"# + "\n"
        )
        settings.round.select.policy = .salt
        settings.round.select.outside.smallModel = small
        return settings
    }

    @Test func `a start records what identifies the model`() throws {
        let directory = try TemporaryDirectory()
        let settings = try settings(directory, small: Self.tiny)

        let digest = try CheckedSettings(settings).settings.round.select.outside.smallModelDigest

        #expect(digest.count == 64)
        #expect(try CheckedSettings(settings).settings.round.select.outside.smallModelDigest == digest)
        var other = settings
        other.round.select.policy = .lmsi
        #expect(try CheckedSettings(other).settings.round.select.outside.smallModelDigest.isEmpty)
    }

    @Test func `a model that is not there, or is none, is refused with the key`() throws {
        let directory = try TemporaryDirectory()
        let text = try directory.write("small.gguf", "no model")

        for path in ["/nowhere/small.gguf", text] {
            let settings = try settings(directory, small: path)
            let error = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }
            #expect(error?.message.hasPrefix("select.smallModel: ") == true, "\(error?.message ?? "")")
        }
    }
}
