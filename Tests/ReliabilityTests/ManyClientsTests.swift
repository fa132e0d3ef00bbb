import Foundation
import Glibc
import Loop
import Store
import Testing

/// Many clients at once see one history, and what they were told is true, also over a kill.
@Suite(.serialized)
struct ManyClientsTests {
    @Test func `32 clients with mixed verbs leave one history and lose no acknowledgement`() async throws {
        let run = try TinyRun(rounds: 0, settings: ["storage": "{keep: 0}"])
        var daemon = try run.start([])
        let ready = try await run.waitForStatus(seconds: 60) {
            ($0["finished_round_count"] as? Int ?? 0) >= 4
        }
        _ = try #require(ready, "\(run.log)")
        let seconds = TinyRun.count(8, soak: 60)
        let crowd = Crowd(run, until: .now + .seconds(seconds))

        async let told = crowd.run(clients: 32)
        // A kill on the way: whoever got no answer asks again under the same key.
        for _ in 0..<max(1, seconds / 15) {
            try await Task.sleep(for: .seconds(Double(min(seconds, 15)) / 2))
            daemon.signal(SIGKILL)
            #expect(try await daemon.wait() == .signalled(SIGKILL))
            daemon = try run.start([])
        }
        let findings = await told

        #expect(findings.faults == [])
        #expect(findings.repeatedCount > 0, "the kill cost nobody an answer")
        #expect(findings.replayedCount > 0)
        daemon.signal(SIGTERM)
        #expect(try await daemon.wait() == .exited(0))
        try run.expectSound()
        try await expectOneHistory(run, findings)
        let changes = Dictionary(grouping: findings.acknowledged, by: \.kind)
            .map { "\($0.value.count) \($0.key.rawValue)" }.sorted().joined(separator: ", ")
        print(
            "many clients: \(findings.requestCount) answers in \(seconds) s, acknowledged \(changes), "
                + "\(findings.exports.count) exports, \(findings.repeatedCount) repeated, "
                + "\(findings.replayedCount) replayed"
        )
    }

    private func expectOneHistory(_ run: TinyRun, _ findings: Crowd.Findings) async throws {
        let store = try JournalStore(stateDirectory: run.state)
        let (events, checkpoints) = (try await store.events(after: 0), try await store.checkpoints())
        let (acknowledged, switches) = (findings.acknowledged, History.switches(events))
        // The first questions came from the files.
        let changes = events.filter { !$0.message.hasSuffix("from the configured files") }
        for kind in [EventKind.questionsAdded, .rolledBack, .pruned] {
            #expect(acknowledged.contains { $0.kind == kind }, "nobody was told of \(kind.rawValue)")
        }
        #expect(History.mismatches(changes, acknowledged) == [])
        #expect(History.disorder(acknowledged) == [])
        #expect(switches.faults == [])
        #expect(try await store.isPaused() == switches.isPaused)
        #expect(Set(checkpoints.filter(\.isPinned).map { "\($0.id)" }) == switches.pinned)
        #expect(
            try await store.currentCheckpoint().id.rawValue
                == History.current(events, try await store.rounds())
        )
        let pruned = acknowledged.filter { $0.kind == .pruned }.flatMap(\.ids)
        #expect(pruned.sorted() == checkpoints.filter(\.isPruned).map(\.id.rawValue))
        let added = acknowledged.filter { $0.kind == .questionsAdded }.flatMap(\.ids)
        // 24 questions to train on came from the files.
        #expect(try await store.questionCounts()[.train] == 24 + added.count)
        for (name, count) in findings.exports {
            let files = try? FileManager.default.contentsOfDirectory(atPath: run.state + "/exports/" + name)
            #expect(files?.count == count, "export \(name)")
        }
    }
}

/// The checks of the history themselves: they must be able to fail.
struct HistoryTests {
    private func event(_ id: Int, _ kind: EventKind, _ message: String, round: Int? = nil) -> RoundEvent {
        RoundEvent(kind, round: round.map(RoundID.init), message: message, id: id)
    }

    private func told(_ message: String, _ after: Int, _ upTo: Int, _ ids: [Int] = []) -> Acknowledgement {
        Acknowledgement(kind: .questionsAdded, message: message, after: after, upTo: upTo, ids: ids)
    }

    @Test func `each acknowledgement has an event of its own within its time`() {
        let events = [event(2, .questionsAdded, "1"), event(3, .questionsAdded, "1"), event(4, .paused, "p")]

        #expect(History.mismatches(events, [told("1", 1, 9), told("1", 1, 2)]) == [])
        #expect(History.mismatches(events, [told("1", 1, 3), told("1", 3, 4)]).count == 2)
        #expect(History.mismatches(events, [told("1", 1, 3)]).count == 1)
        #expect(History.mismatches(events, [told("1", 1, 3), told("1", 1, 3), told("2", 1, 3)]).count == 1)
    }

    @Test func `numbers follow the order of acknowledgements`() {
        #expect(History.disorder([told("", 1, 5, [7, 8]), told("", 2, 4, [5, 6])]) == [])
        #expect(History.disorder([told("", 1, 3, [7]), told("", 3, 4, [5])]).count == 1)
        #expect(History.disorder([told("", 1, 5, [5, 6]), told("", 2, 5, [6, 7])]).count == 1)
    }

    @Test func `pauses and pins take turns`() {
        let turns = [
            event(1, .paused, ""), event(2, .resumed, ""), event(3, .paused, ""),
            event(4, .pinned, "checkpoint 3 pinned by a person"),
            event(5, .pinned, "checkpoint 3 unpinned by a person"),
            event(6, .pinned, "checkpoint 4 pinned by a person"),
        ]

        let switches = History.switches(turns)
        #expect(switches.isPaused && switches.pinned == ["4"] && switches.faults == [])
        #expect(History.switches(turns + [event(7, .paused, "")]).faults.count == 1)
        #expect(History.switches(turns + [turns[5]]).faults.count == 1)
    }

    @Test func `the current checkpoint follows promotions and rollbacks`() {
        let rounds = [(1, 1), (3, 2)].map { id, checkpoint in
            RoundOutline(
                id: RoundID(rawValue: id),
                parent: .base,
                phase: .report,
                checkpoint: CheckpointID(rawValue: checkpoint),
                startedAt: ""
            )
        }
        let promoted = [event(1, .roundPromoted, "", round: 1), event(2, .roundPromoted, "", round: 3)]

        #expect(History.current(promoted, rounds) == 2)
        #expect(History.current(promoted + [event(3, .rolledBack, "rolled back to round 1")], rounds) == 1)
        #expect(
            History.current(promoted + [event(3, .rolledBack, "rolled back to the base model")], rounds) == 0
        )
    }
}
