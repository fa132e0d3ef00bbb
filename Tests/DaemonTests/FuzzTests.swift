import ControlAPI
import Daemon
import Foundation
import FuzzInputs
import Loop
import Testing

/// Hostile configuration, question files and request bodies: an error of ours or success, never a crash.
@Suite struct TextFuzzTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func `question files`() throws {
        let line =
            #"{"question": "What is 3 + 4?", "answer": "7", "rationale": " 3 + 4 = 7.", "choices": ["a", "b"]}"#
        try fuzz(seed: 5, String(repeating: line + "\n", count: 4)) { path in
            _ = try QuestionIntake.read(path, split: .valid)
        }
    }

    @Test func `configuration files`() throws {
        let text = """
            model: x.gguf
            questions: {train: a.jsonl, valid: [b]}
            generate: {candidates: 4, temperature: 0.8, stop: ["\\n"]}
            # a comment
            loop:
              rounds: 3
              seed: &anchor 1
            """
        try fuzz(seed: 6, text) { path in _ = try SettingsReader(environment: [:]).read(file: path) }
    }

    @Test func `request bodies`() throws {
        let text =
            #"{"round": 3, "lines": [{"question": "a", "answer": "1"}], "split": "train", "is_dry_run": true, "question": "b", "base": false, "candidate_count": 8}"#
        var count = 0
        try fuzz(seed: 7, text) { path in
            let data = try Data(contentsOf: URL(filePath: path))
            _ = try? ControlCoding.decode(RollbackRequest.self, from: data)
            _ = try? ControlCoding.decode(AddQuestionsRequest.self, from: data)
            _ = try? ControlCoding.decode(AskRequest.self, from: data)
            _ = try? ControlCoding.decode(PruneRequest.self, from: data)
            count += 1
        }
        #expect(count > 5)
    }

    private func fuzz(seed: UInt64, _ sample: String, _ body: (String) throws -> Void) throws {
        let path = directory.path + "/fuzz"
        let (count, acceptedCount) = try FuzzInput.run(
            Array(sample.utf8),
            seconds: FuzzInput.seconds,
            seed: seed,
            isRefusal: { ($0 as? DaemonError)?.message.isEmpty == false },
            read: { bytes in
                try Data(bytes).write(to: URL(filePath: path))
                try body(path)
            }
        )
        print("fuzz: text \(seed): \(count) inputs, \(acceptedCount) accepted")
        #expect(count > 5)
    }
}
