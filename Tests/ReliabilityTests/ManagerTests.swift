import Foundation
import Glibc
import Testing

/// What a service manager hears of a daemon, and what it finds in a log that is not the journal's.
@Suite(.serialized)
struct ManagerTests {
    @Test func `ready comes before any word of a round, and the status once a second at most`() async throws {
        let run = try TinyRun(rounds: 0)
        let manager = try NotifySocket(run.folder + "/notify")
        let start = ContinuousClock.now
        let daemon = try run.start([], environment: ["NOTIFY_SOCKET": manager.path])

        // Rounds last a tenth of a second: every look finds another line.
        let isTold = try await manager.wait(for: "STATUS=round ", count: 4, seconds: 60)

        try #require(isTold, "\(run.log)")
        let count = manager.count("STATUS=round ")
        #expect(ContinuousClock.now - start >= .seconds(count - 1), "\(manager.messages)")
        let messages = manager.messages
        let ready = try #require(messages.firstIndex { $0.contains("READY=1") })
        let first = try #require(messages.firstIndex { $0.contains("STATUS=round ") })
        #expect(ready < first)
        let line =
            /STATUS=round \d+ · [a-z]+ \d+\/\d+ [a-z]+( · loss [\d.]+)?( · \d+ tok\/s)?( · \d+ (s|min) left)?/
        let lines = messages.filter { $0.contains("STATUS=round ") }
        #expect(lines.allSatisfy { $0.wholeMatch(of: line) != nil }, "\(lines)")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
    }

    @Test func `a reload is announced with its time, and ends with ready`() async throws {
        let run = try TinyRun(rounds: 1)
        let manager = try NotifySocket(run.folder + "/notify")
        let daemon = try run.start([], environment: ["NOTIFY_SOCKET": manager.path])
        let isReady = try await manager.wait(for: "READY=1", count: 1, seconds: 60)
        try #require(isReady, "\(run.log)")

        daemon.signal(SIGHUP)
        let isDone = try await manager.wait(for: "READY=1", count: 2, seconds: 20)

        #expect(isDone, "\(manager.messages)")
        let messages = manager.messages
        let announced = try #require(messages.firstIndex { $0.hasPrefix("RELOADING=1\n") })
        // Managers from 253 on refuse the one without the other.
        #expect(messages[announced].contains(/MONOTONIC_USEC=\d+/))
        #expect(messages.lastIndex { $0.contains("READY=1") } ?? 0 > announced)
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
    }

    @Test(arguments: [("1", #"<[2-7]>.+"#), (nil, #"\d\d:\d\d:\d\dZ? (info|notice|warning|error) .+"#)])
    func `lines have a priority in front for a manager without a journal, a time for a person`(
        invocation: String?,
        pattern: String
    ) async throws {
        let run = try TinyRun(rounds: 1)
        let line = try Regex(pattern)

        try await run.finish(environment: invocation.map { ["INVOCATION_ID": $0] } ?? [:])

        let lines = run.log.split(separator: "\n").dropFirst()
        #expect(!lines.isEmpty && lines.allSatisfy { $0.wholeMatch(of: line) != nil }, "\(run.log)")
    }
}
