import Foundation
import Loop
import Store
import Testing

@Suite struct JournalStoreFileTests {
    let state = TemporaryState()

    @Test func `a checkpoint is a directory with an adapter, a record and a model card`() async throws {
        let store = try state.open()
        var round = try await store.begin(seed: 5)
        round.phase = .evaluate
        round.report.stepCount = 12

        let recorded = try await store.recordCheckpoint(files: adapterFiles(), round: round, events: [])

        #expect(recorded.checkpoint?.rawValue == 1)
        #expect(try await store.openRound() == recorded)
        let names = ["README.md", "adapter_config.json", "adapter_model.safetensors", "round.json"]
        #expect(try state.names("checkpoints/000001") == names)
        let card = try String(contentsOfFile: state.path + "/checkpoints/000001/README.md", encoding: .utf8)
        #expect(card.hasPrefix("---\nbase_model: \"tiny\"\n") && card.contains("library_name: peft"))
        let json = try Data(contentsOf: URL(fileURLWithPath: state.path + "/checkpoints/000001/round.json"))
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(object["seed"] as? Int == 5 && object["round"] as? Int == 1 && object["parent"] as? Int == 0)
        let adapterNames = ["adapter_config.json", "adapter_model.safetensors"]
        #expect((object["files"] as? [String: String])?.keys.sorted() == adapterNames)
        let location = try #require(try await store.adapter(of: CheckpointID(rawValue: 1)))
        #expect(location.path == state.path + "/checkpoints/000001")
        #expect(try await store.checkpoint(CheckpointID(rawValue: 1)).sha256 == location.sha256)
    }

    @Test func `equal rounds write equal bytes`() async throws {
        let other = TemporaryState()

        for state in [state, other] {
            let store = try state.open()
            var round = try await store.begin()
            round.report.secondsPerPhase = ["finetune": state === other ? 1 : 2]
            _ = try await store.recordCheckpoint(files: adapterFiles(), round: round, events: [])
        }

        #expect(
            FileManager.default.contentsEqual(
                atPath: state.path + "/checkpoints/000001",
                andPath: other.path + "/checkpoints/000001"
            )
        )
    }

    @Test(arguments: ["adapter_model.safetensors", "adapter_config.json", "round.json", "README.md"])
    func `a changed or missing file is found before use`(_ name: String) async throws {
        let store = try state.open()
        let checkpoint = try #require(try await store.runRound(.promoted).checkpoint)

        try state.write("other bytes", to: "checkpoints/000001/" + name)
        let changed = await expectError(.checkpointCorrupt) { _ = try await store.adapter(of: checkpoint) }
        try FileManager.default.removeItem(atPath: state.path + "/checkpoints/000001/" + name)
        let missing = await expectError(.checkpointCorrupt) { _ = try await store.adapter(of: checkpoint) }

        #expect(changed.contains(name) && changed.contains("recorded") && changed.contains("rollback"))
        #expect(missing.contains(name))
    }

    @Test(arguments: DurableFiles.Step.allCases.filter { $0 != .remove })
    func `no row is written when a file is not durable`(_ step: DurableFiles.Step) async throws {
        let announcements = Announcements()
        let fault = Fault(step, containing: step == .rename ? "000001" : ".tmp-000001")
        let store = try state.open(files: fault.files, announce: announcements.add)
        var round = try await store.begin()
        round.phase = .evaluate
        let event = RoundEvent(.phaseFinished, message: "fine-tuned")

        await expectError(.fileFailed) {
            _ = try await store.recordCheckpoint(files: adapterFiles(), round: round, events: [event])
        }

        #expect(try await store.checkpoints().count == 1)
        #expect(try await store.openRound()?.phase == .generate)
        #expect(announcements.events.isEmpty)
        #expect(try state.names("checkpoints").isEmpty)
        let recorded = try await store.recordCheckpoint(files: adapterFiles(), round: round, events: [event])
        #expect(recorded.checkpoint?.rawValue == 1 && announcements.events.count == 1)
    }

    @Test func `a file that is no plain name is refused`() async throws {
        let store = try state.open()
        let round = try await store.begin()

        for name in ["../escape", "", ".hidden", "round.json"] {
            await expectError(.invalidRequest) {
                let files = adapterFiles() + [FileContent(name: name, bytes: [1])]
                _ = try await store.recordCheckpoint(files: files, round: round, events: [])
            }
        }
    }

    @Test func `unfinished writes are removed when the state is opened`() async throws {
        try await {
            let store = try state.open()
            try await store.runRound(.promoted)
            let round = try await store.begin()
            try await store.fail(round.id, event: RoundEvent(.roundEnded, message: ""))
        }()
        try state.write("x", to: "checkpoints/.tmp-000002/adapter_model.safetensors")
        try state.write("x", to: "checkpoints/000002/adapter_model.safetensors")
        try state.write(
            #"{"checkpoint": 2, "parent": 1, "round": 2, "seed": 1}"#,
            to: "checkpoints/000002/round.json"
        )
        try state.write("x", to: "checkpoints/notes.txt")
        try state.write("x", to: "training/round-000001/step-000020/weights")

        let store = try state.open()

        #expect(try state.names("checkpoints") == ["000001", "notes.txt"])
        #expect(try state.names("training").isEmpty)
        #expect(try await store.adapter(of: CheckpointID(rawValue: 1)) != nil)
    }

    @Test func `a journal older than its checkpoints is refused and nothing is removed`() async throws {
        try await { _ = try await state.open().runRound(.promoted) }()
        try state.write("x", to: "checkpoints/000005/adapter_model.safetensors")

        await expectError(.databaseCorrupt) { _ = try state.open() }
        for name in try state.names(".") where name.hasPrefix("journal") {
            try FileManager.default.removeItem(atPath: state.path + "/" + name)
        }
        await expectError(.databaseCorrupt) { _ = try state.open() }

        #expect(try state.names("checkpoints") == ["000001", "000005"])
    }

    @Test func `the newest two training saves stay`() async throws {
        let store = try state.open()
        let round = try await store.begin()

        for step in [20, 40, 60] { try store.write(save(step), of: round.id) }

        #expect(try state.names("training/round-000001") == ["step-000040", "step-000060"])
        let reopened = try state.killed()
        let newest = try #require(try await reopened.open().newestTrainingSave(of: round.id))
        #expect(newest == reopened.path + "/training/round-000001/step-000060")
    }

    @Test func `incomplete and damaged training saves are passed over`() async throws {
        let store = try state.open()
        let round = try await store.begin()
        for step in [20, 40] { try store.write(save(step), of: round.id) }

        try state.write("damaged", to: "training/round-000001/step-000040/weights")
        try state.write("no manifest", to: "training/round-000001/step-000060/weights")

        #expect(try await store.newestTrainingSave(of: round.id)?.hasSuffix("step-000020") == true)
        try store.write(save(40), of: round.id)
        #expect(try await store.newestTrainingSave(of: round.id)?.hasSuffix("step-000040") == true)
    }

    @Test func `a training save that cannot be read now is not passed over`() async throws {
        let store = try state.open()
        let round = try await store.begin()
        for step in [20, 40] { try store.write(save(step), of: round.id) }
        let manifest = state.path + "/training/round-000001/step-000040/manifest.json"
        try FileManager.default.removeItem(atPath: manifest)
        // Opens, and gives an input/output error when it is read.
        try FileManager.default.createSymbolicLink(atPath: manifest, withDestinationPath: "/proc/self/mem")

        await expectError(.fileFailed) { _ = try await store.newestTrainingSave(of: round.id) }
    }

    @Test func `a failed training save leaves the one before it`() async throws {
        let fault = Fault(.flush, containing: ".tmp-step-000040")
        let store = try state.open(files: fault.files)
        let round = try await store.begin()
        try store.write(save(20), of: round.id)

        await expectError(.fileFailed) { try store.write(save(40), of: round.id) }

        #expect(try state.names("training/round-000001") == ["step-000020"])
    }

    @Test func `training saves go when the checkpoint is recorded`() async throws {
        let store = try state.open()
        let round = try await store.begin()
        try store.write(save(20), of: round.id)

        _ = try await store.recordCheckpoint(files: adapterFiles(), round: round, events: [])

        #expect(try await store.newestTrainingSave(of: round.id) == nil)
        #expect(try state.names("training").isEmpty)
    }

    @Test func `an evaluation counts while its questions and settings are the same`() async throws {
        let store = try state.open()
        let ids = try await store.add([question("a?", .gate), question("b?", .gate)])
        let round = try await store.begin()
        let first = evaluation(.gate, ids)
        try await store.record(first, of: .base)

        #expect(try await store.evaluation(of: .base, on: .gate) == first)
        #expect(try await store.evaluation(of: .base, on: .test) == nil)
        #expect(try await store.checkpoint(.base).evaluations == [first.summary])

        try await store.add([question("c?", .gate)])
        #expect(try await store.evaluation(of: .base, on: .gate) == first)
        try await store.fail(round.id, event: RoundEvent(.roundEnded, message: ""))
        #expect(try await store.evaluation(of: .base, on: .gate) == nil)

        let all = evaluation(.gate, ids + [QuestionID(rawValue: 3)])
        try await store.record(all, of: .base)
        #expect(try await store.evaluation(of: .base, on: .gate) == all)
        var configuration = RoundConfiguration()
        configuration.generate.temperature = 0.5
        _ = try await store.beginRound(seed: 1, configuration: configuration, waves: [], events: [])
        #expect(try await store.evaluation(of: .base, on: .gate) == all)
        try await store.fail(RoundID(rawValue: 2), event: RoundEvent(.roundEnded, message: ""))
        configuration.prompt.answerCue = "So"
        _ = try await store.beginRound(seed: 1, configuration: configuration, waves: [], events: [])
        #expect(try await store.evaluation(of: .base, on: .gate) == nil)
    }

    @Test func `a recorded evaluation stays readable and says whether its settings are the present ones`()
        async throws
    {
        let store = try state.open()
        let ids = try await store.add([question("a?", .gate), question("b?", .gate)])
        let made = try await store.runRound(.promoted).checkpoint ?? .base
        let (first, second) = (evaluation(.gate, ids), evaluation(.gate, [ids[0]]))
        try await store.record(first, of: .base)
        try await store.record(second, of: made)

        try await store.add([question("c?", .gate)])
        let before = try #require(try await store.recordedEvaluation(of: .base, on: .gate))
        let other = try #require(try await store.recordedEvaluation(of: made, on: .gate))
        #expect(before.evaluation == first && other.evaluation == second)
        #expect(before.basis != other.basis)
        #expect(before.hasSettings(of: other))
        #expect(try await store.recordedEvaluation(of: .base, on: .test) == nil)

        var configuration = RoundConfiguration()
        configuration.prompt.answerCue = "So"
        _ = try await store.beginRound(seed: 1, configuration: configuration, waves: [], events: [])
        try await store.record(second, of: made)
        let after = try #require(try await store.recordedEvaluation(of: .base, on: .gate))
        let renewed = try #require(try await store.recordedEvaluation(of: made, on: .gate))
        #expect(after.evaluation == first && !after.isOfPresentSettings)
        #expect(renewed.isOfPresentSettings && !after.hasSettings(of: renewed))
        #expect(after.hasSettings(of: before))
    }

    @Test func `an evaluation counts for the judge that read its answers`() async throws {
        let store = try state.open()
        let ids = try await store.add([question("a?", .gate)])
        _ = try await store.begin()
        let made = evaluation(.gate, ids)
        store.setJudge("one")
        try await store.record(made, of: .base)
        #expect(try await store.evaluation(of: .base, on: .gate) == made)

        store.setJudge("two")

        #expect(try await store.evaluation(of: .base, on: .gate) == nil)
        store.setJudge("one")
        #expect(try await store.evaluation(of: .base, on: .gate) == made)
    }

    @Test func `an evaluation counts for the arithmetic it was made with`() async throws {
        let store = try state.open()
        let ids = try await store.add([question("a?", .gate)])
        _ = try await store.begin()
        let evaluations = [evaluation(.gate, ids), evaluation(.gate, ids)]
        var model = ModelIdentity.tiny
        // As an earlier version has recorded it.
        try await store.record(evaluations[0], of: .base)
        try store.bind(model: model)
        #expect(try await store.evaluation(of: .base, on: .gate) == nil)
        try await store.record(evaluations[1], of: .base)
        model.threadCount = 8
        try store.bind(model: model)
        #expect(try await store.evaluation(of: .base, on: .gate) == evaluations[1])

        for change in [\ModelIdentity.precision, \.instructionSet] {
            var other = model
            other[keyPath: change] = "bf16"
            try store.bind(model: other)
            #expect(try await store.evaluation(of: .base, on: .gate) == nil)
        }

        // The row itself stays readable, for those who look at scores.
        #expect(try await store.checkpoint(.base).evaluations == [evaluations[1].summary])
    }

    private func save(_ step: Int) -> TrainingSave {
        TrainingSave(
            step: step,
            files: [FileContent(name: "weights", bytes: [UInt8](repeating: 1, count: step))]
        )
    }
}
