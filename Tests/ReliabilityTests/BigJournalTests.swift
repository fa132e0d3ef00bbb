import Foundation
import Glibc
import Testing

/// After ten thousand rounds everything that reads is still quick, over the real socket of a real daemon.
@Suite(.serialized)
struct BigJournalTests {
    /// How long the answer to a verb may take.
    private static let limit = 100.0
    private static let statusLimit = 20.0

    @Test func `every verb that reads answers within 100 ms, status within 20 ms`() async throws {
        let run = try TinyRun(rounds: 2)
        try await run.finish()
        let filling = ContinuousClock.now
        let journal = try BigJournal(
            fill: run.state,
            roundCount: TinyRun.isSoak ? 10_000 : 1_000,
            candidateCount: TinyRun.isSoak ? 1_000_000 : 100_000
        )
        let filled = ContinuousClock.now
        let daemon = try run.start([])
        let status = try await run.waitForStatus(seconds: 120) { $0["state"] as? String == "completed" }
        #expect(status?["finished_round_count"] as? Int == journal.roundCount, "\(run.log)")
        print("big journal: filled in \(filled - filling), started in \(ContinuousClock.now - filled)")

        var slow: [String] = []
        for target in Self.targets(journal) {
            let isEvents = target.hasPrefix("/v1/events")
            var times: [Double] = []
            for _ in 0..<5 {
                let start = ContinuousClock.now
                let body = try isEvents ? Self.firstEvent(target, run.client) : Self.reply(target, run.client)
                times.append(Double((ContinuousClock.now - start) / .milliseconds(1)))
                #expect(!body.isEmpty, "\(target)")
            }
            times.sort()
            let most = target == "/v1/status" ? Self.statusLimit : Self.limit
            let shown = times.map { String(format: "%.1f", $0) }.joined(separator: " ")
            print("big journal: \(target): \(shown) ms")
            if times[times.count / 2] > most { slow.append("\(target): \(shown) ms, at most \(most)") }
        }

        #expect(slow.isEmpty, "\(slow)")
        let ids = try Self.events("/v1/events?after=0", to: journal.lastEvent, run.client)
        // Those that the daemon added when it started may have come along.
        #expect(ids.count >= journal.lastEvent)
        let isInOrder = zip(ids, 1...).allSatisfy { $0 == $1 }
        #expect(isInOrder, "every event once")
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
    }

    private static func targets(_ journal: BigJournal) -> [String] {
        let (large, middle) = (journal.largeRound, journal.roundCount / 2)
        let candidates = "/v1/rounds/\(large)/candidates"
        let deep = journal.candidateCount / 20
        return [
            "/v1/ping", "/v1/status", "/v1/config", "/v1/metrics",
            "/v1/rounds", "/v1/rounds?limit=1", "/v1/rounds?after=\(middle)&limit=100",
            "/v1/rounds?outcome=promoted&limit=1", "/v1/rounds?outcome=rejected&after=\(middle)",
            "/v1/rounds/\(large)", "/v1/rounds/\(middle)",
            candidates, "\(candidates)?offset=\(deep)", "\(candidates)?verdict=kept&offset=\(deep / 3)",
            "\(candidates)?verdict=dropped&reason=ds_weight&offset=\(deep / 3)",
            "\(candidates)?reason=tied", "\(candidates)?min_ds=2&max_ds=3&offset=\(deep / 6)",
            "\(candidates)?question=\(journal.firstQuestion + 30)", "\(candidates)?limit=1000",
            "/v1/rounds/\(middle)/candidates?offset=60",
            "\(candidates)/\(journal.firstQuestion + 20)/1",
            "/v1/compare?a=0&b=1", "/v1/compare?a=1&b=2",
            "/v1/checkpoints", "/v1/checkpoints?limit=10", "/v1/rollback?round=1",
            "/v1/events?after=\(journal.lastEvent - 20)", "/v1/events?after=0",
        ]
    }

    private static func reply(_ target: String, _ client: SocketClient) throws -> String {
        let reply = try #require(client.request("GET", target), "\(target)")
        #expect(reply.status == 200, "\(target): \(reply.body.prefix(200))")
        return reply.body
    }

    /// Reads the stream up to its first event.
    private static func firstEvent(_ target: String, _ client: SocketClient) throws -> String {
        try stream(target, client) { $0.contains("\nid: ") }
    }

    /// The numbers of the stream's events up to one.
    private static func events(_ target: String, to last: Int, _ client: SocketClient) throws -> [Int] {
        let text = try stream(target, client) { $0.contains("\nid: \(last)\n") }
        return text.split(separator: "\n").filter { $0.hasPrefix("id: ") }.compactMap { Int($0.dropFirst(4)) }
    }

    /// Reads a stream until what came last is as wanted; nothing when it ends before.
    private static func stream(
        _ target: String,
        _ client: SocketClient,
        until isWanted: (String) -> Bool
    ) throws -> String {
        let descriptor = try #require(client.connect())
        defer { close(descriptor) }
        SocketClient.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n", on: descriptor)
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &block, block.count)
            guard count > 0 else { return "" }
            all += block[..<count]
            // A block of the stream is much shorter than this.
            if isWanted(Self.text(all.suffix(count + 4096))) { return Self.text(all[...]) }
        }
    }

    /// The stream's lines; those that frame its chunks end in `\r\n`, which is one character of Swift's.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    }
}
