import ControlAPI
import Foundation
import Loop
import Testing

/// Every request and reply against the JSON it has on the wire.
struct FixtureTests {
    @Test func `the ping reply keeps its shape`() throws { try roundTrip(PingReply.self, "ping") }

    @Test func `the status reply keeps its shape`() throws { try roundTrip(StatusReply.self, "status") }

    @Test func `the reply to pause and resume keeps its shape`() throws {
        try roundTrip(LoopStateReply.self, "loop_state")
    }

    @Test func `the list of rounds keeps its shape`() throws { try roundTrip(RoundsReply.self, "rounds") }

    @Test func `a round keeps its shape`() throws { try roundTrip(RoundReply.self, "round") }

    @Test func `a page of candidates keeps its shape`() throws {
        try roundTrip(CandidatesReply.self, "candidates")
    }

    @Test func `the list of checkpoints keeps its shape`() throws {
        try roundTrip(CheckpointsReply.self, "checkpoints")
    }

    @Test func `an event keeps its shape`() throws { try roundTrip(EventItem.self, "event") }

    @Test func `the epoch of a stream keeps its shape`() throws { try roundTrip(EpochItem.self, "epoch") }

    @Test func `the end of a stream that lagged keeps its shape`() throws {
        try roundTrip(LaggedItem.self, "lagged")
    }

    @Test func `progress keeps its shape`() throws { try roundTrip(ProgressItem.self, "progress") }

    @Test func `a rollback keeps its shape`() throws {
        try roundTrip(RollbackRequest.self, "rollback_request")
        try roundTrip(RollbackRequest.self, "rollback_undo_request")
        try roundTrip(RollbackReply.self, "rollback")
        try roundTrip(RollbackPreviewReply.self, "rollback_preview")
    }

    @Test func `added questions keep their shape`() throws {
        try roundTrip(AddQuestionsRequest.self, "add_questions_request")
        try roundTrip(AddQuestionsReply.self, "add_questions")
    }

    @Test func `retired questions keep their shape`() throws {
        try roundTrip(RetireRequest.self, "retire_request")
        try roundTrip(RetireRequest.self, "retire_lines_request")
        try roundTrip(RetireReply.self, "retire")
        try roundTrip(RetiredReply.self, "retired")
    }

    @Test func `a question to the model keeps its shape`() throws {
        try roundTrip(AskRequest.self, "ask_request")
        try roundTrip(AskReply.self, "ask")
        try roundTrip(AskRequest.self, "ask_vote_request")
        try roundTrip(AskReply.self, "ask_vote")
        try roundTrip(TextItem.self, "ask_text")
    }

    @Test func `a comparison keeps its shape`() throws { try roundTrip(CompareReply.self, "compare") }

    @Test func `an export keeps its shape`() throws {
        try roundTrip(ExportRequest.self, "export_request")
        try roundTrip(ExportReply.self, "export")
        #expect(ExportForm.allCases.map(\.rawValue) == ["adapter", "merged", "gguf", "hf"])
    }

    @Test func `pinning and pruning keep their shape`() throws {
        try roundTrip(PinRequest.self, "pin_request")
        try roundTrip(PinReply.self, "pin")
        try roundTrip(PruneRequest.self, "prune_request")
        try roundTrip(PruneReply.self, "prune")
    }

    @Test func `an explanation keeps its shape`() throws { try roundTrip(ExplainReply.self, "explain") }

    @Test func `what verify found keeps its shape`() throws { try roundTrip(VerifyReply.self, "verify") }

    @Test func `the settings keep their shape`() throws { try roundTrip(ConfigReply.self, "config") }

    @Test func `what preflight found keeps its shape`() throws {
        try roundTrip(PreflightReply.self, "preflight")
    }

    @Test func `a problem keeps its shape`() throws {
        try roundTrip(Problem.self, "problem")
        try roundTrip(Problem.self, "problem_faults")
    }

    @Test func `a line's origin is file and line, whatever the file is called`() {
        func origin(_ source: String?, _ line: Int?) -> String {
            let line = QuestionLine(question: "q", line: line)
            return AddQuestionsRequest(split: .train, lines: [line], source: source).origin(of: 0)
        }

        #expect(origin("train.jsonl", 7) == "train.jsonl:7")
        #expect(origin(nil, nil) == "added:1" && origin("", 3) == "added:3")
        #expect(origin("../a\u{1B}[31m\nb.jsonl", 2) == "..a[31mb.jsonl:2")
        #expect(origin(String(repeating: "x", count: 200) + ".jsonl", 1).count == 82)
    }

    @Test func `a round's seed and report arrive exactly`() throws {
        let reply = try ControlCoding.decode(RoundReply.self, from: try fixture("round"))

        #expect(reply.round.seed == .max)
        #expect(reply.round.report.meanDSWeight == 1.32)
        #expect(reply.round.report.secondsPerPhase["finetune"] == 108.2)
        #expect(reply.round.report.candidateAccuracy?["strict"] == 0.44)
    }

    @Test func `unknown fields are ignored`() throws {
        let data = Data(
            #"{"schema_version":1,"api_versions":["v1"],"version":"9","pid":1,"moon":"full"}"#.utf8
        )

        #expect(try ControlCoding.decode(PingReply.self, from: data).version == "9")
    }

    /// Decodes a fixture, encodes it again and compares the two as JSON values.
    private func roundTrip<Value: Codable>(_ type: Value.Type, _ name: String) throws {
        let data = try fixture(name)

        let again = try ControlCoding.encode(try ControlCoding.decode(type, from: data))

        #expect(try json(again) == json(data))
    }

    private func fixture(_ name: String) throws -> Data {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return try Data(contentsOf: directory.appendingPathComponent("Fixtures/\(name).json"))
    }

    private func json(_ data: Data) throws -> NSDictionary {
        try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
    }
}
