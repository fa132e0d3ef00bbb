import Foundation
import Testing

/// Memory that the system refuses fails a phase, with its reason, and nothing else.
@Suite(.serialized)
struct MemoryTests {
    @Test func `memory that cannot be had fails the phase with its reason, and the round goes on`()
        async throws
    {
        let whole = try TinyRun(rounds: 2)
        try await whole.finish()
        let expected = try whole.dump()
        let run = try TinyRun(rounds: 2)
        let scarce = run.folder + "/scarce"
        try run.write("", to: "scarce")

        let daemon = try run.start(
            environment: run.faults(["FAULTS_MEMORY": "16384", "FAULTS_STICKY": scarce])
        )
        let waiting = try await run.waitForStatus(seconds: 30) { $0["state"] as? String == "waiting" }
        let detail = try #require(waiting?["detail"] as? String, "\(run.log)")
        try FileManager.default.removeItem(atPath: scarce)
        // Spares the test the pause before the next try.
        #expect(run.client.request("POST", "/v1/resume")?.status == 200)

        #expect(detail.contains("cannot allocate"), "\(detail)")
        #expect(try await daemon.wait() == .exited(0), "\(run.log)")
        try run.expectSame(as: expected)
    }
}
