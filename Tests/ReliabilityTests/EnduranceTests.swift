import Foundation
import GRDB
import Glibc
import Testing

/// Weeks of rounds take no more memory, files or space than the first ones.
@Suite(.serialized)
struct EnduranceTests {
    @Test func `many rounds leave memory, open files and disk where they were`() async throws {
        let rounds = TinyRun.count(50, soak: 1000)
        let run = try TinyRun(rounds: rounds)
        let daemon = try run.start([])
        func finished(_ count: Int) async throws {
            let status = try await run.waitForStatus(seconds: 3600) {
                ($0["finished_round_count"] as? Int ?? 0) >= count
            }
            _ = try #require(status, "\(run.log)")
        }
        // After a fifth of the rounds everything that is kept in memory has been seen once.
        try await finished(rounds / 5)
        let (memory, files, start) = (daemon.residentKilobytes, daemon.descriptorCount, ContinuousClock.now)
        try await finished(rounds)
        let growth = daemon.residentKilobytes - memory
        let hours = Double((ContinuousClock.now - start) / .seconds(3600))
        // Within a short run a step of a few pages looks like a slope; a leak per round does not stay below
        // this.
        #expect(Double(growth) <= max(1024 * hours, 6144), "memory grew by \(growth) kB in \(hours) h")
        #expect(daemon.descriptorCount <= files + 4, "open files \(files) -> \(daemon.descriptorCount)")
        let adapters = try FileManager.default.subpathsOfDirectory(atPath: run.state + "/checkpoints")
            .filter { $0.hasSuffix("adapter_model.safetensors") }
        let promoted =
            try await DatabaseQueue(path: run.state + "/journal.sqlite").read { db in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM checkpoints WHERE id > 0 AND is_promoted = 1")
            } ?? 0
        // Every promoted one stays, of the others the newest five and what is about to go.
        #expect(adapters.count <= promoted + 9, "retention keeps \(adapters.count) adapters")
        let size =
            try FileManager.default.attributesOfItem(atPath: run.state + "/journal.sqlite")[.size] as? Int
            ?? 0
        #expect(size / rounds < 100_000, "the journal takes \(size / rounds) bytes a round")
        print("endurance: \(rounds) rounds, memory \(memory) + \(growth) kB, \(size / rounds) bytes a round")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        try run.expectSound()
    }
}
