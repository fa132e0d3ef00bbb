import ControlAPI
import Daemon
import Foundation
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
            _ = try QuestionFile.read(path, split: .valid)
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
        let random = Philox(seed: seed)
        let seconds = Double(ProcessInfo.processInfo.environment["AUTODIDACT_FUZZ_SECONDS"] ?? "1") ?? 1
        let end = ContinuousClock.now + .seconds(seconds)
        var number: UInt32 = 0
        while ContinuousClock.now < end {
            number += 1
            var bytes = Array(sample.utf8)
            for turn in 0..<3 {
                let words = random.words(number, UInt32(turn), 0, 0)
                let at = Int(words[0]) % max(1, bytes.count)
                switch words[1] % 6 {
                case 0 where at < bytes.count: bytes[at] = UInt8(words[2] & 0xff)
                case 1: bytes = Array(bytes.prefix(at))
                case 2: bytes.insert(contentsOf: Array("[{\"&*!:-,#\t\u{0}".utf8), at: min(at, bytes.count))
                case 3:
                    bytes.insert(contentsOf: String(repeating: "[", count: Int(words[2] % 3000)).utf8, at: at)
                case 4:
                    bytes.insert(contentsOf: "99999999999999999999999e9999".utf8, at: min(at, bytes.count))
                default:
                    bytes.removeSubrange(min(at, bytes.count)..<min(bytes.count, at + Int(words[2] % 16)))
                }
            }
            try Data(bytes).write(to: URL(filePath: path))
            do { try body(path) } catch let error as DaemonError { #expect(!"\(error)".isEmpty) }
        }
    }
}
