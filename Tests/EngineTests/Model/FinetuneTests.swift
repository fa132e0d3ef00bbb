import Engine
import Foundation
import Loop
import Synchronization
import Testing

extension EngineSerial {
    /// Whole fine-tuning jobs on the tiny model.
    @Suite struct FinetuneTests {
        private func engine(threads: Int = 2) throws -> EmbeddedEngine {
            try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: threads)
            )
        }

        private func job(_ change: (inout FinetuneSettings) -> Void = { _ in }) throws -> FinetuneJob {
            let reference = try ReferenceFixture.load(.tiny)
            var settings = FinetuneSettings()
            settings.rank = 4
            settings.alpha = 8
            settings.learningRate = 5e-3
            settings.epochs = 2
            settings.batch = 4
            settings.saveEverySteps = 3
            change(&settings)
            return FinetuneJob(
                samples: reference.textSamples(Array(0..<20)),
                settings: settings,
                lossSpan: .answerOnly,
                key: RandomKey(seed: 3, round: 1),
                start: nil,
                resumePath: nil,
                baseModelName: "tiny"
            )
        }

        @Test func `fine-tuning lowers the loss`() async throws {
            let result = try await engine().finetune(job(), progress: { _ in }, save: { _ in })

            let first = try #require(result.losses.first)
            let last = try #require(result.losses.last)
            #expect(last < first)
            #expect(result.losses.allSatisfy { $0.isFinite })
        }

        @Test func `a step that is not finite is not applied and its samples are left out from then on`()
            async throws
        {
            // The first step throws the adapter so far that nothing after it is a number any more.
            let job = try job { settings in
                settings.learningRate = 1e30
                settings.warmup = 0
            }

            let result = try await engine().finetune(job, progress: { _ in }, save: { _ in })

            #expect(result.losses.first?.isFinite == true)
            #expect(result.losses.dropFirst().allSatisfy { $0.isNaN })
            #expect(!result.quarantined.isEmpty)
            #expect(Set(result.quarantined).count == result.quarantined.count)
            #expect(!result.files.isEmpty)
        }

        @Test func `signs of life come within a step`() async throws {
            let beats = Beats()
            let engine = try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: 1),
                beat: beats.add
            )
            let job = try job { settings in
                settings.batch = 20
                settings.epochs = 1
            }
            let plain = try await self.engine(threads: 1).finetune(job, progress: { _ in }, save: { _ in })
            _ = try await engine.finetune(job, progress: { _ in }, save: { _ in })
            let before = beats.count

            // The model is in memory already: what beats now are the layers, in both directions, of each
            // pass.
            let result = try await engine.finetune(job, progress: { _ in }, save: { _ in })

            #expect(result.losses.count == 1)
            #expect(beats.count - before >= 8)
            #expect(result.files == plain.files)
        }

        @Test func `threads do not change a bit of the adapter`() async throws {
            let one = try await engine(threads: 1).finetune(job(), progress: { _ in }, save: { _ in })
            let two = try await engine(threads: 2).finetune(job(), progress: { _ in }, save: { _ in })

            #expect(one.files == two.files)
            #expect(one.losses == two.losses)
        }

        @Test func `a resumed job ends with the same bytes as one never interrupted`() async throws {
            let saves = Saves()
            let whole = try await engine().finetune(job(), progress: { _ in }, save: { saves.add($0) })
            let save = try #require(saves.all.first)
            let folder = FileManager.default.temporaryDirectory.appending(path: "save-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for file in save.files { try Data(file.bytes).write(to: folder.appending(path: file.name)) }

            var resumed = try job()
            resumed.resumePath = folder.path
            let rest = try await engine().finetune(resumed, progress: { _ in }, save: { _ in })

            #expect(save.step == 3)
            #expect(rest.files == whole.files)
            #expect(rest.losses == whole.losses)
            #expect(rest.tokenCount == whole.tokenCount)
        }

        /// The numbers of a safetensors file, in its order.
        private func numbers(_ files: [FileContent]) throws -> [Float] {
            let file = try #require(files.first { $0.name == "adapter_model.safetensors" })
            let size = file.bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            return stride(from: 8 + size, to: file.bytes.count, by: 4).map { place in
                let bits = file.bytes[place..<place + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                return Float(bitPattern: bits)
            }
        }

        @Test func `ends of epochs and their mean are contenders, and training is the same`() async throws {
            let plain = try await engine().finetune(job(), progress: { _ in }, save: { _ in })
            let job = try job { $0.contenders = [.epochs, .average] }

            let result = try await engine().finetune(job, progress: { _ in }, save: { _ in })

            #expect(plain.contenders.isEmpty)
            #expect(result.files == plain.files && result.losses == plain.losses)
            #expect(result.contenders.map(\.name) == ["epoch 1", "epoch 2", "average"])
            let (first, last, mean) = (
                try numbers(result.contenders[0].files), try numbers(result.contenders[1].files),
                try numbers(result.contenders[2].files)
            )
            #expect(result.contenders[1].files == result.files)
            #expect(first != last)
            #expect(mean == zip(first, last).map { ($0 + $1) / 2 })
        }

        @Test func `one epoch of a fresh adapter has nothing to average with`() async throws {
            let job = try job { ($0.epochs, $0.contenders) = (1, [.average]) }

            let result = try await engine().finetune(job, progress: { _ in }, save: { _ in })

            #expect(result.contenders.isEmpty)
        }

        @Test func `a job resumed in its last epoch has the contenders of one never interrupted`()
            async throws
        {
            let saves = Saves()
            let job = try job { ($0.contenders, $0.saveEverySteps) = ([.epochs, .average], 1) }
            let whole = try await engine().finetune(job, progress: { _ in }, save: { saves.add($0) })
            let all = saves.all
            #expect(all.contains { $0.files.contains { $0.name == "epoch-1.f32" } })
            #expect(all.last?.step == whole.losses.count)

            for save in [all.first, all.dropLast().last, all.last].compactMap({ $0 }) {
                let scratch = try Scratch()
                defer { withExtendedLifetime(scratch) {} }
                for file in save.files { _ = try scratch.write(file.name, file.bytes) }
                var resumed = job
                resumed.resumePath = scratch.path
                let (steps, later) = (Beats(), Saves())
                let rest = try await engine().finetune(
                    resumed,
                    progress: { _ in steps.add() },
                    save: { later.add($0) }
                )

                #expect(rest.contenders == whole.contenders && rest.files == whole.files)
                #expect(steps.count == whole.losses.count - save.step)
                // A save of all steps has nothing to add.
                #expect(later.all.isEmpty == (save.step == whole.losses.count))
            }
        }

        @Test func `one epoch from an adapter averages its start and end, also after a save`() async throws {
            let first = try await engine().finetune(job(), progress: { _ in }, save: { _ in })
            let start = try Scratch()
            defer { withExtendedLifetime(start) {} }
            for file in first.files { _ = try start.write(file.name, file.bytes) }
            let saves = Saves()
            var job = try job {
                ($0.epochs, $0.saveEverySteps, $0.contenders) = (1, 2, [.average])
            }
            job.start = AdapterLocation(path: start.path, sha256: "")

            let whole = try await engine().finetune(job, progress: { _ in }, save: { saves.add($0) })

            #expect(whole.contenders.map(\.name) == ["epoch 1", "average"])
            let (before, after) = (try numbers(first.files), try numbers(whole.files))
            #expect(before != after)
            #expect(try numbers(whole.contenders[1].files) == zip(before, after).map { ($0 + $1) / 2 })
            for save in saves.all {
                let scratch = try Scratch()
                defer { withExtendedLifetime(scratch) {} }
                for file in save.files { _ = try scratch.write(file.name, file.bytes) }
                var resumed = job
                resumed.resumePath = scratch.path
                let rest = try await engine().finetune(resumed, progress: { _ in }, save: { _ in })
                #expect(rest.contenders == whole.contenders)
            }
            #expect(saves.all.map(\.step) == [2, 4, 5])
        }

        @Test func `a cancelled job keeps the steps it has done`() async throws {
            let saves = Saves()
            let engine = try engine()
            let job = try job { $0.saveEverySteps = 100 }
            let whole = try await engine.finetune(job, progress: { _ in }, save: { _ in })

            let task = Task {
                try await engine.finetune(
                    job,
                    progress: { progress in
                        if progress.doneCount == 2 { withUnsafeCurrentTask { $0?.cancel() } }
                    },
                    save: { saves.add($0) }
                )
            }
            await #expect(throws: CancellationError.self) { try await task.value }

            let save = try #require(saves.all.first)
            #expect(saves.all.count == 1 && save.step == 2)
            let scratch = try Scratch()
            for file in save.files { _ = try scratch.write(file.name, file.bytes) }
            var resumed = job
            resumed.resumePath = scratch.path
            let rest = try await engine.finetune(resumed, progress: { _ in }, save: { _ in })
            #expect(rest.files == whole.files && rest.losses == whole.losses)
        }

        @Test func `a save of another job is refused`() async throws {
            let saves = Saves()
            _ = try await engine().finetune(job(), progress: { _ in }, save: { saves.add($0) })
            let save = try #require(saves.all.first)
            let folder = FileManager.default.temporaryDirectory.appending(path: "save-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for file in save.files { try Data(file.bytes).write(to: folder.appending(path: file.name)) }

            var other = try job { $0.learningRate = 1e-3 }
            other.resumePath = folder.path
            let otherJob = other

            await #expect(throws: EngineError.self) {
                try await engine().finetune(otherJob, progress: { _ in }, save: { _ in })
            }
        }

        @Test func `samples above the token limit are left out and named`() async throws {
            let result = try await engine().finetune(
                job { $0.maxTokens = 60 },
                progress: { _ in },
                save: { _ in }
            )

            let reference = try ReferenceFixture.load(.tiny)
            #expect(result.tooLong == (0..<20).filter { reference.samples[$0].tokenCount > 60 })
        }

        @Test func `nothing is trained when every sample is too long`() async throws {
            let result = try await engine().finetune(
                job { $0.maxTokens = 3 },
                progress: { _ in },
                save: { _ in }
            )

            #expect(result.files.isEmpty && result.losses.isEmpty)
            #expect(result.tooLong == Array(0..<20))
        }

        @Test func `identical texts as one weighted sample give the gradient of the copies`() throws {
            let reference = try ReferenceFixture.load(.tiny)
            let probe = try ModelProbe(modelPath: ReferenceFixture.modelPath(.tiny))

            let copies = try probe.gradients(
                adapter: reference.adapterPath(),
                reference.textSamples([0, 0, 0, 1]),
                span: .answerOnly
            )
            let weighted = try probe.gradients(
                adapter: reference.adapterPath(),
                reference.textSamples([0, 1], weights: [3, 1]),
                span: .answerOnly
            )

            #expect(abs(copies.loss - weighted.loss) < 1e-6)
            for (key, tensors) in weighted.tensors {
                let other = try #require(copies.tensors[key])
                #expect(relativeDifference(tensors.a, other.a) < 1e-4)
                #expect(relativeDifference(tensors.b, other.b) < 1e-4)
            }
        }

        @Test func `an adapter of another rank is not continued`() async throws {
            let reference = try ReferenceFixture.load(.tiny)
            var other = try job { $0.rank = 2 }
            other.start = AdapterLocation(path: reference.adapterPath(), sha256: "")
            let otherJob = other

            await #expect(throws: EngineError.self) {
                try await engine().finetune(otherJob, progress: { _ in }, save: { _ in })
            }
        }
    }
}

/// Collects saves from the engine's thread.
private final class Saves: Sendable {
    private let kept = Mutex<[TrainingSave]>([])

    var all: [TrainingSave] { kept.withLock { $0 } }

    func add(_ save: TrainingSave) { kept.withLock { $0.append(save) } }
}
