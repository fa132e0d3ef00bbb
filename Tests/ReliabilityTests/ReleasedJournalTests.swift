import Foundation
import GRDB
import Store
import Testing

/// State directories that a released version wrote open, verify, finish their round and go on.
@Suite struct ReleasedJournalTests {
    /// What a run was killed in, and the archive of the same run that was never interrupted.
    static let interrupted = [
        ("generate", "whole"), ("generate-middle", "whole"), ("vote", "whole"), ("weigh", "whole"),
        ("select", "whole"), ("finetune", "whole"), ("finetune-middle", "whole"), ("evaluate", "whole"),
        ("promote", "whole"), ("report", "whole"), ("none-vote", "none-whole"),
        ("oracle-vote", "oracle-whole"), ("lmsi-vote", "lmsi-whole"), ("dedupe-vote", "dedupe-whole"),
    ]

    @Test(arguments: interrupted)
    func `an open round of 0.1.0 is finished with the bytes that 0.1.0 would have given`(
        killed: String,
        whole: String
    ) async throws {
        let run = try TinyRun(released: killed)
        let expected = try TinyRun(released: whole)

        try await run.finish()

        try run.expectSound()
        let (found, wanted) = (try run.dump(), try expected.dump())
        if TinyRun.computesLikeTheArchives {
            let differences = found.differences(from: wanted)
            #expect(differences == [], "\(differences.joined(separator: "; "))")
        } else {
            // Another instruction set rounds differently; what does not depend on it is still the same.
            #expect(found.parts["questions"] == wanted.parts["questions"])
            #expect(found.parts["rounds"]?.count == wanted.parts["rounds"]?.count)
            #expect(found.parts["waves"] == wanted.parts["waves"])
        }
    }

    @Test(arguments: ["whole", "none-whole", "oracle-whole", "lmsi-whole", "dedupe-whole"])
    func `a finished run of 0.1.0 verifies and goes on for another round`(archive: String) async throws {
        let run = try TinyRun(released: archive)
        let before = try run.dump()
        let text = try String(contentsOfFile: run.folder + "/config.yaml", encoding: .utf8)
        try run.write(text.replacing("rounds: 2", with: "rounds: 3"), to: "config.yaml")

        try await run.finish()

        try run.expectSound()
        let after = try run.dump()
        #expect(after.parts["rounds"]?.count == 3, "\(run.log)")
        for (name, lines) in before.parts where !["evaluations", "control"].contains(name) {
            #expect(after.parts[name]?.starts(with: lines) == true, "\(name) of the first rounds has changed")
        }
    }

    @Test func `two rounds of the example by 0.1.0 verify and go on`() async throws {
        let model = TinyRun.root + "/models/SmolLM2-135M-Instruct.Q4_1.gguf"
        let run = try TinyRun(released: "arithmetic", model: model)
        _ = try run.dump()
        guard FileManager.default.fileExists(atPath: model) else {
            return try run.expectSound()
        }
        let text = try String(contentsOfFile: run.folder + "/config.yaml", encoding: .utf8)
        try run.write(text.replacing("rounds: 2", with: "rounds: 3"), to: "config.yaml")

        try await run.finish()

        try run.expectSound()
        #expect(try run.dump().parts["rounds"]?.count == 3)
    }

    @Test func `a column that a later version adds breaks no seal`() throws {
        let run = try TinyRun(released: "whole")
        // Brings the journal to today's schema, as the daemon does at its start.
        do { _ = try JournalStore(stateDirectory: run.state) }
        let queue = try DatabaseQueue(path: run.state + "/journal.sqlite")
        try queue.write { db in
            for table in ["rounds", "waves", "candidates", "candidate_texts"] {
                try db.execute(sql: "ALTER TABLE \(table) ADD COLUMN of_tomorrow INTEGER")
            }
        }
        try queue.close()

        try run.expectSound()
    }

    @Test func `a value of a finished round that changes breaks its seal`() throws {
        let run = try TinyRun(released: "whole")
        do { _ = try JournalStore(stateDirectory: run.state) }
        let queue = try DatabaseQueue(path: run.state + "/journal.sqlite")
        try queue.write { db in
            try db.execute(sql: "UPDATE candidates SET mean_log_probability = -9 WHERE round = 1")
        }
        try queue.close()

        let report = try JournalStore.verify(stateDirectory: run.state)

        #expect(report.violations.contains { $0.rule == "round_seal" })
    }

    @Test func `a recorded configuration without the newest keys takes their defaults`() throws {
        let run = try TinyRun(released: "whole")
        do { _ = try JournalStore(stateDirectory: run.state) }
        let queue = try DatabaseQueue(path: run.state + "/journal.sqlite")
        // As if every section had got a key since, and one whole section.
        try queue.write { db in
            try db.execute(
                sql: """
                    UPDATE rounds SET seal = NULL, configuration = json_remove(
                        configuration, '$.collapse', '$.gate.patience', '$.select.allowEmptyValid',
                        '$.generate.topK', '$.vote.dedupe', '$.prompt.answerCue', '$.finetune.clip'
                    )
                    """
            )
        }
        try queue.close()

        try run.expectSound()
    }
}

extension TinyRun {
    /// Whether this machine has the instruction set that the archives were computed with, AVX-512 with VNNI.
    static var computesLikeTheArchives: Bool {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let flags = text.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
        return ["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni"].allSatisfy { name in
            flags.contains { $0 == name }
        }
    }
}
