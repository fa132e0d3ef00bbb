import Foundation
import Loop
import ScaleOut
import Synchronization
import Testing

@Suite struct FinetuneTests {
    /// A trainer that takes each step at once and writes the starting adapter, trained, as its result.
    private static let wholeTrainer = """
        job=$(dirname "$1")
        echo x >>"$job/../starts"
        digest=$(sed -E 's/.*"digest":"([0-9a-f]+)".*/\\1/' "$1")
        echo 'a launcher may say this'
        echo '{"event": "started", "step": 0, "steps": 2, "ranks": 1}'
        for step in 1 2; do echo "{\\"event\\": \\"step\\", \\"step\\": $step, \\"steps\\": 2, \\"loss\\": 0.$step, \\"tokens\\": ${step}0}"; done
        mkdir -p "$job/result"
        cp "$job/adapter/adapter_config.json" "$job/result/"
        printf trained >"$job/result/adapter_model.safetensors"
        printf '{"digest": "%s", "losses": [0.1, 0.2], "tokenCount": 20, "probe": {"loss": 2.0, "baseLoss": 1.0}}' "$digest" \\
            >"$job/result/result.json"
        cd "$job/result"
        sha256sum adapter_config.json adapter_model.safetensors result.json |
            sed -E 's/^([0-9a-f]+)  (.*)$/"\\2": "\\1"/' | paste -sd, | sed 's/.*/{&}/' >manifest.json
        echo '{"event": "finished", "step": 2, "tokens": 20}'

        """

    private func job(_ count: Int = 6) -> FinetuneJob {
        var settings = FinetuneSettings()
        (settings.epochs, settings.batch) = (2, 3)
        return FinetuneJob(
            samples: (0..<count).map { TextSample(prompt: "q\($0 / 2)", completion: "a\($0)", weight: 1) },
            settings: settings,
            lossSpan: .answerOnly,
            key: RandomKey(seed: 1, round: 4),
            start: nil,
            resumePath: nil,
            baseModelName: "bytes"
        )
    }

    private func settings(_ bench: Bench, _ trainer: String) throws -> ScaleOutSettings {
        var settings = bench.settings(["unix:/none"])
        settings.trainer = [try bench.script("trainer", trainer), "{plan}"]
        return settings
    }

    @Test func `a job's plan, progress and result`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(settings(bench, Self.wholeTrainer))
        let losses = Mutex<[Double]>([])

        let result = try await engine.finetune(job()) { now in
            losses.withLock { $0 += now.loss.map { [$0] } ?? [] }
        } save: { _ in
        }

        #expect(losses.withLock { $0 } == [0.1, 0.2])
        #expect(result.losses == [0.1, 0.2] && result.tokenCount == 20 && result.tooLong == [])
        #expect(result.files.map(\.bytes) == [Array("{\"r\": 8}".utf8), Array("trained".utf8)])
        let directory = try #require(
            FileManager.default.subpaths(atPath: bench.directory)?.first { $0.hasSuffix("plan.json") }
        )
        let plan = try JSONDecoder().decode(
            [String: JSON].self,
            from: try Data(contentsOf: URL(filePath: bench.directory + "/" + directory))
        )
        let samples = try job().samples.enumerated().map {
            try ByteModel().tokenize($0.element, index: $0.offset)
        }
        let expected = TrainingSteps(samples, job(), contextLength: 4096)
        #expect(plan["steps"]?.array?.count == expected.steps.count)
        #expect(plan["steps"] == .array(expected.steps.map { .array($0.map { .int($0.index) }) }))
        #expect(plan["rates"]?.array?.count == expected.steps.count)
        #expect(plan["dtype"] == .string("float32"))
        #expect(plan["lossSpan"] == .string("answer_only"))
    }

    /// The plan and the lines of samples that a job left behind, decoded.
    private func written(_ bench: Bench) throws -> (plan: [String: JSON], samples: [[String: JSON]]) {
        let path = try #require(
            FileManager.default.subpaths(atPath: bench.directory)?.first { $0.hasSuffix("plan.json") }
        )
        let folder = URL(filePath: bench.directory + "/" + path).deletingLastPathComponent()
        let lines = try String(contentsOf: folder.appending(path: "samples.jsonl"), encoding: .utf8)
        return (
            try JSONDecoder().decode(
                [String: JSON].self,
                from: try Data(contentsOf: folder.appending(path: "plan.json"))
            ),
            try lines.split(separator: "\n").map {
                try JSONDecoder().decode([String: JSON].self, from: Data($0.utf8))
            }
        )
    }

    @Test func `a job of cross-entropy has the plan and the name of version 0.1.0`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(settings(bench, Self.wholeTrainer))
        var settings = FinetuneSettings()
        (settings.batch, settings.saveEverySteps) = (2, 1)
        let job = FinetuneJob(
            samples: [
                TextSample(prompt: "Q: What is 6 + 5?\nA:", completion: " 6 + 5 = 11. The answer is 11."),
                TextSample(prompt: "Q: What is 6 + 5?\nA:", completion: " The answer is 11.", weight: 2),
                TextSample(prompt: "Q: What is 1 + 1?\nA:", completion: " The answer is 2.", weight: 0.5),
            ],
            settings: settings,
            lossSpan: .answerOnly,
            key: RandomKey(seed: 3, round: 1),
            start: nil,
            resumePath: nil,
            baseModelName: "bytes"
        )

        _ = try await engine.finetune(job) { _ in
        } save: { _ in
        }

        let (plan, samples) = try written(bench)
        // Recorded from its code.
        let digest = "cfda944caa13c96ac44408974c862f8e229bfd19dc3ff33c37da46b51f69e790"
        #expect(plan["digest"] == .string(digest))
        #expect(
            Set(plan.keys) == [
                "digest", "model", "adapter", "samples", "output", "steps", "rates", "lossSpan", "dtype",
                "passTokens", "sharding", "weightDecay", "clip", "saveEverySteps", "probe",
            ]
        )
        #expect(samples.count == 3)
        #expect(samples.allSatisfy { Set($0.keys) == ["index", "tokens", "promptCount", "weight"] })
    }

    @Test func `another objective, its groups and references are in the plan`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(settings(bench, Self.wholeTrainer))
        var job = job(4)
        job.objective = ObjectiveID(rawValue: "pair")
        for index in job.examples.indices {
            job.examples[index].group = index / 2
            job.examples[index].weight = index % 2 == 0 ? 1 : -1
            if index < 2 { job.examples[index].referenceLogProbability = -2.5 }
        }

        _ = try await engine.finetune(job) { _ in
        } save: { _ in
        }

        let (plan, samples) = try written(bench)
        #expect(plan["objective"] == .string("pair"))
        #expect(plan["objectiveSettings"] != nil)
        #expect(samples.map { $0["group"] } == [.int(0), .int(0), .int(1), .int(1)])
        #expect(samples.map { $0["weight"] } == [.int(1), .int(-1), .int(1), .int(-1)])
        #expect(samples.map { $0["reference"] == nil } == [false, false, true, true])
    }

    @Test func `a finished job is not run again, another one is`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(settings(bench, Self.wholeTrainer))
        func starts() throws -> Int {
            try String(contentsOfFile: bench.directory + "/scaleout/jobs/starts", encoding: .utf8).count / 2
        }

        let first = try await engine.finetune(job()) { _ in
        } save: { _ in
        }
        let again = try await bench.engine(settings(bench, Self.wholeTrainer)).finetune(job()) { _ in
        } save: { _ in
        }

        #expect(again.files == first.files && again.losses == first.losses)
        #expect(try starts() == 1)
    }

    @Test func `a result that cannot be read now is kept, and not trained again`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(settings(bench, Self.wholeTrainer))
        _ = try await engine.finetune(job()) { _ in
        } save: { _ in
        }
        let jobs = bench.directory + "/scaleout/jobs"
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: jobs).first { $0 != "starts" }
        )
        let file = "\(jobs)/\(name)/result/result.json"
        try FileManager.default.moveItem(atPath: file, toPath: file + ".kept")
        // Opens, and gives an input/output error when it is read.
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: "/proc/self/mem")

        let error = await #expect(throws: ScaleOutError.self) {
            _ = try await engine.finetune(job()) { _ in
            } save: { _ in
            }
        }

        #expect(error?.code == .fileFailed)
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.moveItem(atPath: file + ".kept", toPath: file)
        let again = try await engine.finetune(job()) { _ in
        } save: { _ in
        }
        #expect(again.losses == [0.1, 0.2])
        #expect(try String(contentsOfFile: jobs + "/starts", encoding: .utf8).count / 2 == 1)
    }

    @Test func `the adapter is known to servers by what the trainer measured`() async throws {
        let bench = try Bench()
        let server = bench.server()
        var settings = try settings(bench, Self.wholeTrainer)
        settings.endpoints = [server.address]
        let engine = try bench.engine(settings)
        _ = try await engine.finetune(job()) { _ in
        } save: { _ in
        }
        let probes = try JSONDecoder().decode(
            [String: JSON].self,
            from: try Data(contentsOf: URL(filePath: bench.directory + "/scaleout/probes.json"))
        )
        let known = try #require(probes.keys.first)
        let (right, wrong) = (
            try bench.adapter("x-2.0", sha256: known), try bench.adapter("y-2.6", sha256: known)
        )

        try await server.serving {
            try await engine.activate(right)
            _ = try await engine.score([TextSample(prompt: "a", completion: "b")]) { _ in }
            try await engine.activate(wrong)
            await #expect(throws: ScaleOutError.self) {
                _ = try await engine.score([TextSample(prompt: "a", completion: "b")]) { _ in }
            }
        }
    }

    @Test func `a trainer that dies is started again and its result taken`() async throws {
        let bench = try Bench()
        let dying =
            "if mkdir \"$(dirname \"$1\")/once\" 2>/dev/null; then echo 'ValueError: no luck' >&2; exit 1; fi\n"
        let engine = try bench.engine(settings(bench, dying + Self.wholeTrainer))

        let result = try await engine.finetune(job()) { _ in
        } save: { _ in
        }

        #expect(result.losses == [0.1, 0.2])
        #expect(bench.notes.withLock { $0.first?.contains("ValueError: no luck") == true })
    }

    @Test func `deaths with saves in between do not add up`() async throws {
        let bench = try Bench()
        let dying = """
            count=$(ls -d "$(dirname "$1")"/died-* 2>/dev/null | wc -l)
            if [ "$count" -lt 3 ]; then
                mkdir "$(dirname "$1")/died-$count"
                echo '{"event": "saved", "step": 1}'
                exit 1
            fi

            """
        var settings = try settings(bench, dying + Self.wholeTrainer)
        settings.restarts = 1
        let engine = try bench.engine(settings)

        let result = try await engine.finetune(job()) { _ in
        } save: { _ in
        }

        #expect(result.losses == [0.1, 0.2])
        #expect(bench.notes.withLock { $0.count } == 3)
    }

    @Test func `a result that is seen late is waited for`() async throws {
        let bench = try Bench()
        // A shared file system may show it after the word.
        let showing = """
            env -u AUTODIDACT_CHILD setsid bash -c 'until [ -e "$1/unseen/manifest.json" ]; do sleep 0.1; done
                sleep 1; mv "$1/unseen" "$1/result"' show "$(dirname "$1")" >/dev/null 2>&1 &

            """
        let late = showing + Self.wholeTrainer.replacing("\"$job/result", with: "\"$job/unseen")
        let engine = try bench.engine(settings(bench, late))

        let result = try await engine.finetune(job()) { _ in
        } save: { _ in
        }

        #expect(result.losses == [0.1, 0.2])
        #expect(bench.notes.withLock { $0 } == [])
    }

    @Test func `a trainer that always dies is an error with its last words`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(settings(bench, "echo 'RuntimeError: out of room' >&2; exit 3\n"))

        let error = await #expect(throws: ScaleOutError.self) {
            _ = try await engine.finetune(job()) { _ in
            } save: { _ in
            }
        }

        #expect(error?.code == .trainerFailed)
        #expect(error?.message.contains("RuntimeError: out of room") == true)
        #expect(error?.message.contains("2 times") == true)
    }

    @Test func `what is not finite is not tried again`() async throws {
        let bench = try Bench()
        let engine = try bench.engine(
            settings(
                bench,
                "echo x >>\"$(dirname \"$1\")/starts\"\n"
                    + "echo '{\"event\": \"failed\", \"code\": \"not_finite\", \"message\": \"step 3 is NaN\"}'; exit 1\n"
            )
        )

        let error = await #expect(throws: ScaleOutError.self) {
            _ = try await engine.finetune(job()) { _ in
            } save: { _ in
            }
        }

        #expect(error?.code == .notFinite)
        #expect(error?.message.contains("step 3 is NaN") == true)
        #expect(bench.notes.withLock { $0 } == [])
    }

    @Test func `a trainer that stands still is ended with all its children`() async throws {
        let bench = try Bench()
        var settings = try settings(bench, "setsid sleep 300 & sleep 300\n")
        settings.timeouts.step = .seconds(1)
        settings.restarts = 0
        let engine = try bench.engine(settings)

        let error = await #expect(throws: ScaleOutError.self) {
            _ = try await engine.finetune(job()) { _ in
            } save: { _ in
            }
        }

        #expect(error?.message.contains("no progress for 1 s") == true)
        #expect(ChildMark(value: "trainer:" + settings.directory).processes() == [])
    }

    @Test func `a cancelled job lets the trainer save, and leaves no process behind`() async throws {
        let bench = try Bench()
        let settings = try settings(
            bench,
            "trap 'echo saved >\"$(dirname \"$1\")/saved\"; exit 1' TERM\nsetsid sleep 300 &\n"
                + "touch \"$(dirname \"$1\")/ready\"\nwhile :; do sleep 0.1; done\n"
        )
        let engine = try bench.engine(settings)

        let task = Task { [job = job()] in
            try await engine.finetune(job) { _ in
            } save: { _ in
            }
        }
        func isThere(_ name: String) -> Bool {
            FileManager.default.subpaths(atPath: bench.directory)?.contains { $0.hasSuffix("/" + name) }
                == true
        }
        while !isThere("ready") { try await Task.sleep(for: .milliseconds(20)) }
        task.cancel()

        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(isThere("saved"))
        #expect(ChildMark(value: "trainer:" + settings.directory).processes() == [])
    }
}
