import Foundation
import Glibc
import Loop
import Store
import Testing

/// Trouble is said once, however long it lasts: on standard error and in the journal.
///
/// The short form lasts six seconds with twenty looks a second, the long one five minutes as it comes.
@Suite(.serialized)
struct TroubleOnceTests {
    /// What is in the way.
    private static let obstacles: [Obstacle] = [
        .training, .journal, .directory, .disk, .checkpoints, .lock,
    ]

    private static let settings = [
        "storage": TinyRun.isSoak ? "{keep: 5, reserve: 0}" : "{keep: 5, reserve: 0, retryAfter: 0.05}"
    ]
    private static let seconds = TinyRun.count(6, soak: 300)

    @Test(arguments: obstacles)
    func `trouble that lasts leaves one line and one event, and one of each when it ends`(
        _ obstacle: Obstacle
    ) async throws {
        let disk = obstacle == .disk ? try SmallDisk(megabytes: 24) : nil
        let run = try TinyRun(rounds: 0, settings: Self.settings, under: disk?.path)
        let (daemon, log) = try start(run)
        try await run.waitForCheckpoint()
        let lift: Obstacle.Lift
        do {
            lift = try obstacle.put(run, disk)
        } catch let skip as NotNow {
            withKnownIssue("\(skip.reason): root is needed", isIntermittent: true) {
                Issue.record("skipped")
            }
            return
        }

        let begun = try await log.wait(for: { !Log.unusual($0).isEmpty }, seconds: 60)
        try #require(begun, "\(obstacle.rawValue) was never said: \(log.text.suffix(2000))")
        let start = ContinuousClock.now
        try await Task.sleep(for: .seconds(Self.seconds))
        let after = log.lines.drop { Log.unusual([$0]).isEmpty }
        #expect(after.count == 1, "while it lasts: \(after.joined(separator: "\n"))")
        #expect(try lift() == [])
        let isOver = try await log.wait(
            for: { $0.contains { $0.contains("can be written again") } },
            seconds: 150
        )
        #expect(isOver, "\(obstacle.rawValue): its end was never said: \(log.text.suffix(2000))")
        // Another round: nothing of it comes back.
        try await Task.sleep(for: .seconds(1))
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))

        try run.expectSound()
        let told = Log.unusual(log.lines)
        let end = try #require(told.last)
        #expect(end.contains(/can be written again after .+ and [0-9,]+ tr(y|ies)/), "\(end)")
        // What the journal could not take while it lasted is in it, and so in the log, once it ends.
        #expect(told.count <= 3, "\(told.joined(separator: "\n"))")
        let events = try await JournalStore(stateDirectory: run.state).events(after: 0)
        #expect(events.count { $0.kind == .storageTrouble } == 1)
        #expect(events.count { $0.kind == .storageRecovered } == 1)
        let others: Set<EventKind> = [.phaseFailed, .warning, .checkpointCorrupt, .stalled, .plateau]
        #expect(events.allSatisfy { !others.contains($0.kind) })
        print(
            "trouble once: \(obstacle.rawValue), \(ContinuousClock.now - start), \(told.count) lines: \(end)"
        )
    }

    @Test func `question files that are gone are said once per reload, and the rounds go on`() async throws {
        let run = try TinyRun(rounds: 0, settings: Self.settings)
        let (daemon, log) = try start(run)
        try await run.waitForCheckpoint()
        let (path, away) = (run.folder + "/gate.jsonl", run.folder + "/away")
        try #require(rename(path, away) == 0)

        daemon.signal(SIGHUP)
        let isRefused = try await log.wait(for: { !Log.unusual($0).isEmpty }, seconds: 20)
        let finished = run.client.json("GET", "/v1/status")?["finished_round_count"] as? Int ?? 0
        try await Task.sleep(for: .seconds(Self.seconds))

        try #require(isRefused, "\(log.text)")
        #expect(Log.unusual(log.lines).count == 1, "\(Log.unusual(log.lines))")
        #expect(run.client.json("GET", "/v1/status")?["finished_round_count"] as? Int ?? 0 > finished)
        try #require(rename(away, path) == 0)
        daemon.signal(SIGHUP)
        let isTaken = try await log.wait(
            for: { $0.contains { $0.contains("configuration read again") } },
            seconds: 20
        )
        #expect(isTaken, "\(log.text.suffix(2000))")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        #expect(Log.unusual(log.lines).count == 1, "\(Log.unusual(log.lines))")
        try run.expectSound()
        let events = try await JournalStore(stateDirectory: run.state).events(after: 0)
        #expect(events.count { $0.kind == .reloadRefused } == 1)
        #expect(events.count { $0.kind == .reloaded } == 1)
    }

    /// A daemon whose log lies where no fault reaches it.
    private func start(_ run: TinyRun) throws -> (DaemonProcess, Log) {
        let log = Log()
        let daemon = try DaemonProcess(
            ["--config", run.folder + "/config.yaml", "--state-dir", run.state],
            environment: [:],
            log: log.path
        )
        return (daemon, log)
    }
}

/// A log file of its own.
private final class Log: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/autodidact-log-" + UUID().uuidString.prefix(8)

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var text: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    /// Whole lines.
    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// Lines that are about something wrong, or about its end.
    ///
    /// A line begins with the time and its level.
    static func unusual(_ lines: [String]) -> [String] {
        lines.filter { line in
            let words = line.split(separator: " ", maxSplits: 2)
            let isWrong = words.count > 1 && ["warning", "error", "critical"].contains(words[1])
            // The advice at the start is no trouble.
            return (isWrong && !line.contains("the sign test")) || line.contains("can be written again")
        }
    }

    /// Waits until the lines are as wanted.
    func wait(for isWanted: ([String]) -> Bool, seconds: Double) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if isWanted(lines) { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
