import Foundation
import Testing

/// A power cut at any moment keeps what was flushed and no more; the run still ends with the same bytes.
@Suite(.serialized)
struct PowerLossTests {
    @Test(arguments: PowerLossReplay.Model.allCases)
    func `what a power cut leaves is enough to go on from`(model: PowerLossReplay.Model) async throws {
        let whole = try TinyRun(rounds: 2)
        let trace = whole.folder + "/trace"
        try await whole.finish(environment: whole.faults(["FAULTS_TRACE": trace]))
        let expected = try whole.dump()
        let replay = try PowerLossReplay(trace: trace, root: whole.state)
        #expect(replay.flushPoints.count > 50)
        let count = TinyRun.count(25, soak: 250)
        for index in 0..<count {
            let point = replay.flushPoints[(index * 2 + 1) * replay.flushPoints.count / (count * 2)]
            let run = try TinyRun(rounds: 2)
            try replay.materialize(upTo: point, model: model, at: run.state)
            try await run.finish()
            try run.expectSame(as: expected)
        }
    }
}
