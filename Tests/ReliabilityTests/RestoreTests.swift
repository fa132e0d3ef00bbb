import Foundation
import Glibc
import Loop
import Store
import Testing

/// Whoever follows a daemon goes on when an older copy of its state directory is put back.
@Suite(.serialized)
struct RestoreTests {
    @Test func `watch goes on across a restored backup and ends with the round it waits for`() async throws {
        let run = try TinyRun(rounds: 1)
        try await run.finish()
        let backup = run.folder + "/backup"
        try FileManager.default.copyItem(atPath: run.state, toPath: backup)
        try run.setRounds(0)
        let first = try run.start([])
        _ = try #require(try await run.waitForStatus(), "\(run.log)")
        let watch = try Self.watch(run, untilRound: 25)
        _ = try await run.waitForStatus { ($0["finished_round_count"] as? Int ?? 0) >= 4 }
        first.signal(SIGTERM)
        #expect(try await first.wait() == .exited(0))

        try FileManager.default.moveItem(atPath: run.state, toPath: run.folder + "/newer")
        try FileManager.default.moveItem(atPath: backup, toPath: run.state)
        let second = try run.start([])

        watch.waitUntilExit()
        #expect(watch.terminationStatus == 0, "\(Self.seen(run).suffix(5))")
        second.signal(SIGTERM)
        #expect(try await second.wait() == .exited(0))
        // Its numbers begin again below those that it has shown, and each is shown.
        let numbers = Self.seen(run).compactMap { ($0["event"] as? [String: Any])?["id"] as? Int }
        let drop = numbers.indices.dropFirst().first { numbers[$0 - 1] >= numbers[$0] }
        let again = Array(numbers[try #require(drop, "\(numbers)")...])
        #expect(again.first.map { again == Array($0..<($0 + again.count)) } == true, "\(numbers)")
    }

    @Test func `a reader that was away while the daemon went beyond its number is told`() async throws {
        let run = try TinyRun(rounds: 1)
        try await run.finish()
        let backup = run.folder + "/backup"
        try FileManager.default.copyItem(atPath: run.state, toPath: backup)
        try run.setRounds(2)
        try await run.finish()
        let seen = try #require(try await JournalStore(stateDirectory: run.state).lastEvents(1).last)
        try FileManager.default.removeItem(atPath: run.state)
        try FileManager.default.moveItem(atPath: backup, toPath: run.state)
        // Times are whole seconds: what comes is later.
        while Date.now.formatted(.iso8601) <= seen.time { try await Task.sleep(for: .milliseconds(20)) }
        try run.setRounds(4)
        try await run.finish()
        let daemon = try run.start([])
        _ = try #require(try await run.waitForStatus(), "\(run.log)")

        let reply = SocketClient(path: run.state + "/control.sock", patienceSeconds: 1).request(
            "GET",
            "/v1/events",
            headers: ["Last-Event-ID: \(seen.id)", "Last-Event-Time: \(seen.time)"]
        )

        let body = try #require(reply).body
        let start = try #require(body.firstMatch(of: /"restarted_after":([0-9]+)/).flatMap { Int($0.1) })
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        let events = try await JournalStore(stateDirectory: run.state).events(after: 0)
        #expect(start < seen.id && events.count > seen.id)
        #expect(events[start - 1].time <= seen.time && events[start].time > seen.time)
        #expect(body.contains("id: \(start + 1)\n") && !body.contains("id: \(start)\n"))
    }

    /// The command line's `watch`, whose lines go into a file.
    private static func watch(_ run: TinyRun, untilRound round: Int) throws -> Process {
        let path = run.folder + "/watch"
        try run.write("", to: "watch")
        let process = Process()
        process.executableURL = URL(filePath: TinyRun.programs + "/autodidact")
        process.arguments = [
            "watch", "--json", "--until-round", "\(round)", "--timeout", "80", "--socket",
            run.state + "/control.sock",
        ]
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path))
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// What `watch` has written: one object per line.
    private static func seen(_ run: TinyRun) -> [[String: Any]] {
        let text = (try? String(contentsOfFile: run.folder + "/watch", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }
}
