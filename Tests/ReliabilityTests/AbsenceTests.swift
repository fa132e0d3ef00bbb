import Foundation
import Glibc
import Loop
import Store
import Testing

/// What is moved, removed or unmounted under a running daemon is waited for; a second daemon never gets in.
@Suite(.serialized)
struct AbsenceTests {
    private static let quick = ["storage": "{keep: 5, reserve: 0, retryAfter: 0.05}"]

    @Test func `removing lock and socket lets no second daemon in`() async throws {
        let run = try TinyRun(rounds: 0)
        let first = try run.start([])
        _ = try #require(try await run.waitForStatus())
        try FileManager.default.removeItem(atPath: run.state + "/lock")
        try FileManager.default.removeItem(atPath: run.state + "/control.sock")

        let second = try await run.start([]).wait()

        #expect(second == .exited(75), "\(run.log)")
        #expect(run.log.contains("is held by"), "\(run.log)")
        #expect(first.status() == nil)
        first.signal(SIGTERM)
        #expect(try await first.wait() == .exited(0))
        try run.expectSound()
    }

    @Test func `a removed journal holds the loop within a phase, until it is back`() async throws {
        let run = try TinyRun(rounds: 0, settings: Self.quick)
        let daemon = try run.start([])
        try await run.waitForCheckpoint()
        let (journal, kept) = (run.state + "/journal.sqlite", run.folder + "/kept")
        // A second name keeps the very file, for bringing it back.
        try #require(link(journal, kept) == 0)

        try FileManager.default.removeItem(atPath: journal)

        let waiting = try await run.waitForStatus(seconds: 10) { $0["state"] as? String == "waiting" }
        let detail = try #require(waiting?["detail"] as? String, "\(run.log)")
        #expect(detail.contains("journal.sqlite is not there any more"), "\(detail)")
        #expect(!FileManager.default.fileExists(atPath: journal))
        try #require(link(kept, journal) == 0)
        try await expectGoesOn(run, daemon)
    }

    @Test func `a state directory that is gone for a while is waited for, and nothing is made in its place`()
        async throws
    {
        let run = try TinyRun(rounds: 0, settings: Self.quick)
        let daemon = try run.start([])
        try await run.waitForCheckpoint()
        let away = run.folder + "/away"

        try #require(rename(run.state, away) == 0)

        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline, !run.log.contains("storage trouble") {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(run.log.contains("storage trouble"), "\(run.log)")
        // Twenty looks of the daemon's.
        try await Task.sleep(for: .seconds(1))
        #expect(!FileManager.default.fileExists(atPath: run.state))
        #expect(run.log.components(separatedBy: "storage trouble").count == 2, "said once: \(run.log)")
        try #require(rename(away, run.state) == 0)
        try await expectGoesOn(run, daemon)
    }

    @Test func `a stop while the directory is away is in order and loses nothing`() async throws {
        let run = try TinyRun(rounds: 0, settings: Self.quick)
        let daemon = try run.start([])
        try await run.waitForCheckpoint()
        let away = run.folder + "/away"
        try #require(rename(run.state, away) == 0)

        daemon.signal(SIGTERM)

        #expect(try await daemon.wait() == .exited(0), "\(run.log)")
        #expect(!FileManager.default.fileExists(atPath: run.state))
        try #require(rename(away, run.state) == 0)
        try run.setRounds(1)
        try await run.finish()
        try run.expectSound()
    }

    /// The loop runs again, the trouble was said once, and no checkpoint was taken for damaged.
    private func expectGoesOn(_ run: TinyRun, _ daemon: DaemonProcess) async throws {
        let running = try await run.waitForStatus(seconds: 10) { $0["state"] as? String == "running" }
        #expect(running != nil, "\(run.log)")
        // Said only when a round has shown that it holds.
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline, !run.log.contains("can be written again") {
            try await Task.sleep(for: .milliseconds(10))
        }
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0), "\(run.log)")
        try run.expectSound()
        let events = try await JournalStore(stateDirectory: run.state).events(after: 0)
        #expect(events.count { $0.kind == .storageTrouble } == 1)
        #expect(events.count { $0.kind == .storageRecovered } == 1)
        #expect(events.allSatisfy { $0.kind != .checkpointCorrupt })
    }
}
