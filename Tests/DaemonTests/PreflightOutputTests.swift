import ControlAPI
import Daemon
import Foundation
import Loop
import Testing

/// What `autodidactd preflight --json` prints.
struct PreflightOutputTests {
    @Test func `it has the keys of other replies and reads back`() async throws {
        let questions = [Split.train, .gate].flatMap { split in
            (1...12).map { number in
                QuestionInput(
                    text: "What is \(number) of \(split)?",
                    answer: "3",
                    split: split,
                    origin: "\(split):\(number)"
                )
            }
        }
        let preflight = Preflight(
            engine: FakeEngine(),
            configuration: RoundConfiguration(),
            questions: questions,
            seed: 1,
            clock: { 0 }
        )
        let output = PreflightOutput(warnings: ["small"], report: try await preflight.run())

        let data = try ControlCoding.encode(output)

        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(json.keys) == ["schema_version", "warnings", "report"])
        let report = try #require(json["report"] as? [String: Any])
        #expect(
            Set(report.keys) == [
                "model", "single", "vote", "temperatures", "lengths", "cost", "verdict",
            ]
        )
        let verdict = try #require(report["verdict"] as? [String: Any])
        #expect(verdict["kind"] as? String == "too_easy")
        let vote = try #require(report["vote"] as? [String: Any])
        #expect((vote["share_histogram"] as? [Int])?.last == 12)
        #expect(try ControlCoding.decode(PreflightOutput.self, from: data) == output)
    }
}
