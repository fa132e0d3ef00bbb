import Foundation
import Glibc
import Loop
import Store
import Testing

/// `autodidactd study`: arms on the same candidates; killed anywhere, it ends with the same bytes.
@Suite(.serialized)
struct StudyTests {
    private static let text = """
        config: config.yaml
        state: study
        reference: none
        seeds: [5]
        minHeldOut: 6
        arms:
          - name: none
            select: {policy: none}
          - name: oracle
            select: {policy: oracle}
        """

    private static let arms = ["none", "oracle"]

    private func prepared() throws -> TinyRun {
        let run = try TinyRun()
        try run.write(Self.text, to: "study.yaml")
        return run
    }

    private func start(
        _ run: TinyRun,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        log: String = "log"
    ) throws -> DaemonProcess {
        try DaemonProcess(
            ["study", run.folder + "/study.yaml"] + arguments,
            environment: environment,
            log: run.folder + "/" + log
        )
    }

    private func dumps(_ run: TinyRun) throws -> [String: StateDump] {
        let names = Self.arms + ["shared"]
        return Dictionary(
            uniqueKeysWithValues: try names.map { name in
                let state = run.folder + "/study/seed-5/" + name
                #expect(try JournalStore.verify(stateDirectory: state).violations.isEmpty)
                return (name, try StateDump(state))
            }
        )
    }

    @Test func `arms share their candidates, and each is scored on gate and test`() async throws {
        let run = try prepared()

        #expect(try await start(run).wait() == .exited(0), "\(run.log)")

        let states = try dumps(run)
        for arm in Self.arms {
            #expect(states[arm]?.parts["waves"] == states["shared"]?.parts["waves"])
            #expect(states[arm]?.parts["texts"] == states["shared"]?.parts["texts"])
            let first = try #require(try JournalStore.firstRound(of: run.folder + "/study/seed-5/\(arm)"))
            #expect(first.round.finishedAt != nil)
            #expect(first.before[.gate]?.answers.count == 16 && first.before[.test]?.answers.count == 6)
            if first.round.checkpoint != nil {
                #expect(first.after[.gate]?.answers.count == 16 && first.after[.test]?.answers.count == 6)
            }
        }
        let kept = try Self.arms.map {
            try JournalStore.firstRound(of: run.folder + "/study/seed-5/\($0)")?.round.report.selectedCount
                ?? 0
        }
        #expect(kept[0] > kept[1], "\(kept)")
        for name in ["base", "none", "oracle"] {
            #expect(run.log.split(separator: "\n").contains { $0.hasPrefix(name + " ") }, "\(run.log)")
        }
        let json = try start(run, ["--results", "--json"], log: "json")
        #expect(try await json.wait() == .exited(0))
        let text = try String(contentsOfFile: run.folder + "/json", encoding: .utf8)
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let results = try #require(object?["results"] as? [String: Any], "\(text)")
        #expect((results["arms"] as? [[String: Any]])?.compactMap { $0["name"] as? String }.count == 3)
    }

    @Test func `kill -9 at every kind of place changes nothing`() async throws {
        let whole = try prepared()
        let list = whole.folder + "/failpoints"
        let environment = ["AUTODIDACT_FAILPOINT_LOG": list]
        #expect(try await start(whole, environment: environment).wait() == .exited(0), "\(whole.log)")
        let expected = try dumps(whole)
        guard let text = try? String(contentsOfFile: list, encoding: .utf8), !text.isEmpty else {
            Issue.record("the daemon was built without failpoints: run \"make test\"")
            return
        }
        let reached = text.split(separator: "\n").map(String.init)
        let forks = ["fork.copied", "files.state.rename", "files.state.renamed"]
        #expect(forks.allSatisfy { name in reached.count { $0 == name } == Self.arms.count }, "\(reached)")
        let names =
            TinyRun.isSoak
            ? Set(reached).sorted()
            : forks
                + [
                    "commit.begin.before", "commit.wave.after", "commit.end-generate.after",
                    "commit.evaluation.before", "commit.checkpoint.before", "commit.end-report.before",
                ].filter(reached.contains)
        for name in names {
            let times = reached.count { $0 == name }
            for time in Set(TinyRun.isSoak || forks.contains(name) ? [1, times] : [times]) {
                let run = try prepared()
                let status = try await start(run, environment: ["AUTODIDACT_FAILPOINT": "\(name)#\(time)"])
                    .wait()
                #expect(status == .signalled(SIGKILL), "\(name)#\(time): \(status)")

                #expect(try await start(run).wait() == .exited(0), "\(name)#\(time): \(run.log)")

                for (arm, dump) in try dumps(run) {
                    let differences = expected[arm].map { dump.differences(from: $0) }
                    #expect(differences == [], "\(name)#\(time), \(arm)")
                }
            }
        }
    }

    @Test func `the base model is sampled once a seed, and again with the same answers where they are lost`()
        async throws
    {
        let run = try prepared()
        try run.write(
            Self.text.replacing("minHeldOut: 6", with: "minHeldOut: 6\nbaselineVotes: 2"),
            to: "study.yaml"
        )
        #expect(try await start(run).wait() == .exited(0), "\(run.log)")
        for name in ["base sampled", "base vote of 2", "none"] {
            #expect(run.log.split(separator: "\n").contains { $0.hasPrefix(name + " ") }, "\(run.log)")
        }
        let state = run.folder + "/study"
        let first = try #require(try StudyDirectory.baseline(seed: 5, in: state))
        #expect(first.splits["gate"]?.voteRights.count == 16 && first.splits["test"]?.singleRights.count == 6)

        #expect(try await start(run).wait() == .exited(0), "\(run.log)")
        #expect(try StudyDirectory.baseline(seed: 5, in: state) == first)
        try FileManager.default.removeItem(atPath: state + "/seed-5/base")
        #expect(try await start(run).wait() == .exited(0), "\(run.log)")

        let again = try #require(try StudyDirectory.baseline(seed: 5, in: state))
        #expect(again.splits == first.splits)
        _ = try dumps(run)
    }

    @Test func `SIGTERM ends it in order, and it goes on`() async throws {
        let run = try prepared()
        let study = try start(run)
        let journal = run.folder + "/study/seed-5/shared/journal.sqlite"
        while study.status() == nil, !FileManager.default.fileExists(atPath: journal) {
            try await Task.sleep(for: .milliseconds(1))
        }

        study.signal(SIGTERM)

        let status = try await study.wait(seconds: 15)
        #expect(status == .exited(143), "\(status): \(run.log)")
        #expect(try await start(run).wait() == .exited(0), "\(run.log)")
    }

    @Test func `a check runs nothing and writes nothing, wherever the flag is`() async throws {
        let run = try prepared()
        let path = run.folder + "/study.yaml"
        for (place, arguments) in [
            ["study", path, "--check"], ["study", "--check", path], ["--check", "study", path],
        ].enumerated() {
            let log = run.folder + "/check-\(place)"

            let status = try await DaemonProcess(arguments, environment: [:], log: log).wait()

            let text = try String(contentsOfFile: log, encoding: .utf8)
            #expect(status == .exited(0), "\(arguments): \(text)")
            #expect(text.contains("study.yaml: good; arms: none, oracle"), "\(arguments): \(text)")
            #expect(!FileManager.default.fileExists(atPath: run.folder + "/study"), "\(arguments)")
        }
    }

    @Test(arguments: [
        (["study", "study.yaml", "--state-dir", "elsewhere"], "--state-dir"),
        (["study", "study.yaml", "--config", "config.yaml"], "--config"),
        (["study", "study.yaml", "--check", "--json"], "--check prints no results"),
        (["preflight", "--check"], "--check"),
        (["preflight", "--exit-when-complete"], "--exit-when-complete"),
    ])
    func `an option that a command would ignore is refused`(arguments: [String], message: String)
        async throws
    {
        let run = try prepared()
        let log = run.folder + "/refused"

        let status = try await DaemonProcess(arguments, environment: [:], log: log).wait(seconds: 30)

        #expect(status == .exited(64), "\(arguments)")
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(text.contains("Error: \(message)"), "\(text)")
    }

    @Test func `another configuration does not go on with what is there`() async throws {
        let run = try prepared()
        #expect(try await start(run).wait() == .exited(0), "\(run.log)")
        let before = try dumps(run)

        try run.write(Self.text.replacing("policy: oracle", with: "policy: lmsi"), to: "study.yaml")
        #expect(try await start(run).wait() == .exited(78), "\(run.log)")

        #expect(run.log.contains("its round has another select.policy"), "\(run.log)")
        #expect(try dumps(run) == before)
    }

    @Test func `results are not shown under settings that they did not have`() async throws {
        let run = try prepared()
        #expect(try await start(run).wait() == .exited(0), "\(run.log)")
        try run.write(Self.text.replacing("policy: oracle", with: "policy: lmsi"), to: "study.yaml")

        let status = try await start(run, ["--results"], log: "results").wait()

        let text = try String(contentsOfFile: run.folder + "/results", encoding: .utf8)
        #expect(status == .exited(78), "\(text)")
        #expect(text.contains("oracle: its round has another select.policy"), "\(text)")
    }

    @Test func `a new seed with other questions does not join the seeds that are there`() async throws {
        let run = try prepared()
        #expect(try await start(run).wait() == .exited(0), "\(run.log)")
        let path = run.folder + "/gate.jsonl"
        var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
        lines.swapAt(0, 1)
        try run.write(lines.joined(separator: "\n") + "\n", to: "gate.jsonl")
        try run.write(Self.text.replacing("seeds: [5]", with: "seeds: [5, 6]"), to: "study.yaml")

        let status = try await start(run, log: "again").wait()

        let text = try String(contentsOfFile: run.folder + "/again", encoding: .utf8)
        #expect(status == .exited(78), "\(text)")
        #expect(text.contains("its gate questions are others than those of the files"), "\(text)")
        #expect(!FileManager.default.fileExists(atPath: run.folder + "/study/seed-6"), "\(text)")
    }
}
