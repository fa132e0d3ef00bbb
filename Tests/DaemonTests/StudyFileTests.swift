import Daemon
import Foundation
import Loop
import Testing

@Suite struct StudyFileTests {
    private let directory: TemporaryDirectory

    private static let tiny = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EngineTests/Fixtures/tiny").path(percentEncoded: false)

    init() throws {
        directory = try TemporaryDirectory()
        var number = 0
        for (split, count) in [("train", 6), ("valid", 8), ("gate", 5), ("test", 4)] {
            let rows = (0..<count).map { _ -> String in
                number += 1
                let tail = split == "valid" ? #", "rationale": " The answer is \#(number + 1)."# + #"""# : ""
                return #"{"question": "What is \#(number) + 1?", "answer": "\#(number + 1)"\#(tail)}"#
            }
            _ = try directory.write("\(split).jsonl", rows.joined(separator: "\n") + "\n")
        }
        let questions = "{train: train.jsonl, valid: valid.jsonl, gate: gate.jsonl, test: test.jsonl}"
        _ = try directory.write("base.yaml", "model: \(Self.tiny)\nquestions: \(questions)\n")
    }

    private static let good = """
        config: base.yaml
        state: out
        reference: none
        seeds: [3, 4]
        minHeldOut: 4
        settings:
          generate: {candidates: 4}
        arms:
          - name: none
            select: {policy: none}
          - name: lmsi
            select: {policy: lmsi}
            vote: {minShare: 0.5}
        """

    private func read(_ text: String) throws -> StudyFile {
        try StudyFile(try directory.write("study.yaml", text), environment: [:])
    }

    @Test func `a study has its arms over what they share`() throws {
        let study = try read(Self.good)

        let checked = try CheckedStudy(study)

        #expect(study.seeds == [3, 4] && study.reference == "none")
        #expect(study.state == directory.path + "/out")
        #expect(checked.shared.settings.round.generate.candidates == 4)
        #expect(checked.arms.map(\.name) == ["none", "lmsi"])
        #expect(checked.arms.map(\.configuration.select.policy) == [.none, .lmsi])
        #expect(checked.arms.map(\.configuration.vote.minShare).last == 0.5)
        for arm in checked.arms {
            let paths = arm.configuration.differingPaths(from: checked.shared.settings.round)
            #expect(paths.allSatisfy { $0.hasPrefix("select.") || $0.hasPrefix("vote.") }, "\(paths)")
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/out"))
    }

    @Test func `a policy that an arm names is not hidden by filters that arms share`() throws {
        let text = Self.good.replacing(
            "generate: {candidates: 4}",
            with: "select: {filters: [vote, balance]}"
        )
        .replacing("select: {policy: lmsi}", with: "vote: {tie: drop}")
        .replacing("vote: {minShare: 0.5}", with: "finetune: {epochs: 2}")

        let arms = try read(text).arms

        let select = arms.map(\.settings.round.select)
        #expect(select[0].policy == .none && select[0].filters.isEmpty)
        // This one names none, and keeps what is shared.
        #expect(select[1].filters.map(\.rawValue) == ["vote", "balance"])
        let own = try read(text.replacing("{policy: none}", with: "{policy: none, filters: [vote]}")).arms[0]
        #expect(own.settings.round.select.filters.map(\.rawValue) == ["vote"])
    }

    @Test func `arms do not differ in whether options are moved`() throws {
        let text = Self.good.replacing(
            "generate: {candidates: 4}",
            with: "generate: {candidates: 4, permuteOptions: true}\n  vote: {answerKind: choice}"
        )
        #expect(try read(text).arms.count == 2)

        let error = #expect(throws: DaemonError.self) {
            try read(text.replacing("{minShare: 0.5}", with: "{answerKind: numeric}"))
        }

        #expect(
            error?.message.contains("arm lmsi: vote.answerKind may not differ") == true,
            "\(error as Any)"
        )
    }

    @Test func `an objective that divides by DS weights needs valid questions in every arm`() throws {
        _ = try directory.write(
            "base.yaml",
            "model: \(Self.tiny)\nquestions: {train: train.jsonl, gate: gate.jsonl, test: test.jsonl}\n"
        )
        let text = Self.good.replacing("vote: {minShare: 0.5}", with: "finetune: {objective: scpoDs}")
            .replacing("generate: {candidates: 4}", with: "select: {policy: none}")
        let study = try read(text)

        let error = #expect(throws: DaemonError.self) { try CheckedStudy(study) }

        #expect(
            error?.message.contains("arm lmsi: finetune.objective scpoDs needs valid questions") == true,
            "\(error as Any)"
        )
    }

    @Test func `the studies of the examples can be read`() throws {
        let folder =
            URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path(percentEncoded: false) + "/examples/studies"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".yaml")
        }
        #expect(!names.isEmpty)

        for name in names {
            let study = try StudyFile(folder + "/" + name, environment: [:])

            #expect(study.minHeldOut >= 1000 && study.seeds.count >= 5)
            for split in Split.allCases {
                let path = study.shared.questions[split]
                #expect(try !QuestionIntake.read(path, split: split).isEmpty, "\(path)")
            }
        }
    }

    @Test(arguments: [
        ("seeds: [3, 4]", "seeds: [3, 3]", "study.yaml:4: seeds: 3 is there twice"),
        ("seeds: [3, 4]", "seeds: [x]", "study.yaml:4: seeds: "),
        ("seeds: [3, 4]", "seeds: []", "study.yaml:4: seeds: "),
        ("name: lmsi", "name: none", "study.yaml:11: arms: none is there twice"),
        ("name: lmsi", "name: shared", "study.yaml:11: arms: "),
        ("name: lmsi", "name: a/b", "study.yaml:11: arms: "),
        ("{policy: lmsi}", "{polici: lmsi}", "study.yaml:12: unknown key select.polici"),
        ("{policy: lmsi}", "{policy: some}", "study.yaml:12: select.policy"),
        ("vote: {minShare", "generate: {topP", "study.yaml:13: arm lmsi: generate.topP may not differ"),
        ("vote: {minShare", "gate: {tolerance", "study.yaml:13: arm lmsi: gate.tolerance may not differ"),
        ("reference: none", "reference: some", "study.yaml:3: reference: "),
        ("minHeldOut: 4", "minHeldOut: 0", "study.yaml:5: minHeldOut: "),
        ("minHeldOut: 4", "minHeldOut: 4\nbaselineVotes: -1", "study.yaml:6: baselineVotes: "),
        ("minHeldOut: 4", "minHeld: 4", "study.yaml:5: unknown key minHeld"),
        ("generate: {candidates: 4}", "generat: {candidates: 4}", "study.yaml:7: unknown key generat"),
    ])
    func `what cannot be is refused with its place`(old: String, new: String, message: String) {
        let text = Self.good.replacing(old, with: new, maxReplacements: 1)

        let error = #expect(throws: (any Error).self) { try read(text) }

        #expect("\(error.map { "\($0)" } ?? "")".contains(message), "\(error.map { "\($0)" } ?? "no error")")
    }

    @Test(arguments: [
        ("minHeldOut: 4", "minHeldOut: 5", "questions.test has 4 questions, fewer than minHeldOut 5"),
        ("minShare: 0.5", "minShare: 1.5", "study.yaml:11: arm lmsi: vote.minShare"),
    ])
    func `what does not fit is refused before anything is written`(
        old: String,
        new: String,
        message: String
    ) throws {
        let study = try read(Self.good.replacing(old, with: new))

        let error = #expect(throws: (any Error).self) { try CheckedStudy(study) }

        #expect("\(error.map { "\($0)" } ?? "")".contains(message), "\(error.map { "\($0)" } ?? "no error")")
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/out"))
    }

    @Test func `a held-out set of less than a thousand is refused unless the file asks for less`() throws {
        let study = try read(Self.good.replacing("minHeldOut: 4\n", with: ""))

        #expect(throws: DaemonError.self) { try CheckedStudy(study) }
    }

    @Test func `without a complete seed there are no results`() throws {
        let error = #expect(throws: LoopError.self) { try read(Self.good).results() }

        #expect(error?.code == .invalidData)
    }
}
