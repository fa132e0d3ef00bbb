import Foundation
import GRDB
import Glibc
import Testing

/// The wall clock may jump by years at every look: it stamps what people read and decides nothing.
@Suite(.serialized)
struct ClockTests {
    @Test func `a clock that jumps changes nothing`() async throws {
        let whole = try TinyRun(rounds: 3)
        let start = ContinuousClock.now
        try await whole.finish()
        let expected = try whole.dump()
        let run = try TinyRun(rounds: 3)

        try await run.finish(environment: run.faults(["FAULTS_CLOCK": "1"]))

        let elapsed = Double((ContinuousClock.now - start) / .seconds(1))
        try run.expectSame(as: expected)
        let queue = try DatabaseQueue(path: run.state + "/journal.sqlite")
        let (days, seconds) = try await queue.read { db in
            (
                try Double.fetchOne(
                    db,
                    sql: "SELECT max(julianday(time)) - min(julianday(time)) FROM events"
                ),
                try Double.fetchAll(
                    db,
                    sql: "SELECT value FROM rounds, json_each(report, '$.secondsPerPhase')"
                )
            )
        }
        try queue.close()
        #expect((days ?? 0) > 365, "the clock did not jump")
        #expect(!seconds.isEmpty && seconds.allSatisfy { (0...elapsed).contains($0) }, "\(seconds)")
    }

    @Test func `the watchdog is fed though the clock jumps`() async throws {
        let run = try TinyRun(rounds: 0)
        let manager = try NotifySocket(run.folder + "/notify")
        let daemon = try run.start(
            [],
            environment: run.faults([
                "FAULTS_CLOCK": "1", "NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000",
            ])
        )
        _ = try #require(try await run.waitForStatus(), "\(run.log)")

        // Ten a second are due.
        let isFed = try await manager.wait(
            for: "WATCHDOG=1",
            count: manager.count("WATCHDOG=1") + 20,
            seconds: 20
        )

        #expect(isFed, "\(manager.messages)")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
    }

    @Test func `a stop asks the manager for time before it begins`() async throws {
        let run = try TinyRun(rounds: 0)
        let manager = try NotifySocket(run.folder + "/notify")
        let daemon = try run.start([], environment: ["NOTIFY_SOCKET": manager.path])
        let isReady = try await manager.wait(for: "READY=1", count: 1, seconds: 30)
        try #require(isReady, "\(run.log)")

        daemon.signal(SIGTERM)

        #expect(try await daemon.wait() == .exited(0))
        #expect(try await manager.wait(for: "STOPPING=1", count: 1, seconds: 5))
        let stopping = manager.messages.first { $0.contains("STOPPING=1") }
        #expect(stopping?.contains("EXTEND_TIMEOUT_USEC=30000000") == true, "\(manager.messages)")
    }
}
