import Engine
import Foundation
import Loop
import Synchronization
import Testing

/// The tests' own objective, after ScPO (arXiv 2411.04109):
/// −w · log σ(β (Δ of the first − Δ of the second)) − α · w / n · ℓ of the first; α 0 is SPIN's.
private struct Preference: Objective {
    let beta: Double
    let alpha: Double

    var name: ObjectiveID { ObjectiveID(rawValue: "preference") }
    var needsLogProbabilities: Bool { true }

    func terms(of group: [MeasuredSequence]) throws -> GroupTerms {
        let (chosen, rejected) = (group[0], group[1])
        let margin = beta * (try chosen.gain() - rejected.gain())
        let (pull, anchor) = (chosen.weight * beta / (1 + exp(margin)), chosen.weight * alpha)
        let count = Double(chosen.tokenCount)
        return GroupTerms(
            coefficients: [pull + anchor / count, -pull],
            loss: chosen.weight * log1p(exp(-margin)) - anchor / count * (chosen.logProbability ?? .nan)
        )
    }

    func divisor(of groups: [[MeasuredSequence]]) -> Double { Double(groups.count) }
}

extension EngineSerial {
    /// Fine-tuning by an objective that is not in `Sources`, on the tiny model.
    @Suite struct ObjectiveTests {
        private let reference: ReferenceFixture
        private let probe: ModelProbe
        private let adapter: Adapter

        init() throws {
            reference = try ReferenceFixture.load(.tiny)
            probe = try ModelProbe(modelPath: ReferenceFixture.modelPath(.tiny))
            adapter = try probe.adapter(reference.adapterPath())
        }

        /// ℓ of a text under the adapter.
        private func logProbability(_ sample: TextSample, span: LossSpan) throws -> Double {
            let loss = try probe.gradients(
                adapter: adapter,
                [TrainingExample(sample, group: 0)],
                objective: CrossEntropy(),
                span: span
            ).loss
            return -loss * Double(try tokenCount(sample, span))
        }

        private func tokenCount(_ sample: TextSample, _ span: LossSpan) throws -> Int {
            let recorded = try #require(
                reference.samples.first {
                    $0.prompt == sample.prompt.text && $0.completion == sample.completion
                }
            )
            return span == .answerOnly ? recorded.answerTokenCount : recorded.tokenCount - 1
        }

        /// Pairs of recorded samples whose gains under the adapter are the given ones.
        private func pairs(
            _ indices: [(chosen: Int, rejected: Int)],
            gains: [(Double, Double)],
            weights: [Double],
            span: LossSpan = .answerOnly
        ) throws -> [TrainingExample] {
            try zip(zip(indices, gains), weights).enumerated().flatMap { group, pair in
                let ((places, gains), weight) = pair
                return try [(places.chosen, gains.0, weight), (places.rejected, gains.1, -weight)].map {
                    index,
                    gain,
                    weight in
                    let sample = reference.textSamples([index], weights: [weight])[0]
                    let plain = reference.textSamples([index])[0]
                    return TrainingExample(
                        sample,
                        group: group,
                        referenceLogProbability: try logProbability(plain, span: span) - gain
                    )
                }
            }
        }

        private func loss(_ adapter: Adapter, _ examples: [TrainingExample], _ span: LossSpan) throws
            -> Double
        {
            try probe.gradients(
                adapter: adapter,
                examples,
                objective: Preference(beta: 0.1, alpha: 1),
                span: span
            ).loss
        }

        /// The slope of the loss along a direction of length 1, measured over a distance of 0.02.
        private func slope(
            along direction: [AdapterKey: AdapterTensors],
            _ examples: [TrainingExample],
            _ span: LossSpan
        ) throws -> Double {
            let losses = try [Float(0.002), -0.002].map { distance in
                var moved = adapter
                for (key, tensors) in direction {
                    let old = try #require(adapter.tensors[key])
                    moved.tensors[key] = AdapterTensors(
                        a: zip(old.a, tensors.a).map { $0 + distance * $1 },
                        b: zip(old.b, tensors.b).map { $0 + distance * $1 }
                    )
                }
                return try loss(moved, examples, span)
            }
            return (losses[0] - losses[1]) / 0.004
        }

        @Test func `the golden pair's loss comes out of the model's own log-probabilities`() throws {
            let examples = try pairs([(0, 1)], gains: [(2, -3)], weights: [1])

            let found = try probe.gradients(
                adapter: adapter,
                examples,
                objective: Preference(beta: 0.1, alpha: 0),
                span: .answerOnly
            )

            #expect(abs(found.loss - 0.4741) < 1e-4)
        }

        @Test(arguments: LossSpan.allCases)
        func `LoRA gradients are those of finite differences of the loss`(span: LossSpan) throws {
            let examples = try pairs(
                [(0, 26), (1, 35)],
                gains: [(2, -3), (-1, 4)],
                weights: [1, 0.5],
                span: span
            )

            let found = try probe.gradients(
                adapter: adapter,
                examples,
                objective: Preference(beta: 0.1, alpha: 1),
                span: span
            )

            func norm(_ tensors: some Sequence<AdapterTensors>) -> Double {
                tensors.reduce(0.0) { ($1.a + $1.b).reduce($0) { $0 + Double($1) * Double($1) } }.squareRoot()
            }
            func direction(_ keys: [AdapterKey: AdapterTensors]) -> [AdapterKey: AdapterTensors] {
                let length = Float(norm(keys.values))
                return keys.mapValues { tensors in
                    AdapterTensors(a: tensors.a.map { $0 / length }, b: tensors.b.map { $0 / length })
                }
            }
            let whole = norm(found.tensors.values)
            #expect(whole > 0.05)
            // Along the gradient the slope is its length; f32 losses leave some 1e-4 of it open.
            let along = try slope(along: direction(found.tensors), examples, span)
            #expect(abs(along - whole) < 0.02 * whole)
            // And each module by itself, against the part that the whole gradient has there.
            for (key, tensors) in found.tensors {
                let part = norm([tensors])
                let along = try slope(along: direction([key: tensors]), examples, span)
                #expect(abs(along - part) < 0.05 * part + 0.002 * whole, "\(key.layer) \(key.module)")
            }
        }

        @Test func `a pair of one prompt and a pair of two have the gradients of their parts`() throws {
            // Two completions of one prompt share its rows, and in the full sequence its predictions.
            let prompt = PromptText(format: reference.samples[0].prompt)
            let texts = [0, 1].map {
                TextSample(prompt: prompt, completion: reference.samples[$0].completion)
            }
            let examples = texts.enumerated().map { index, text in
                TrainingExample(text, group: 0, referenceLogProbability: -20 + 5 * Double(index))
            }
            struct Fixed: Objective {
                let coefficients: [Double]
                var name: ObjectiveID { ObjectiveID(rawValue: "fixed") }
                var needsLogProbabilities: Bool { true }
                func terms(of group: [MeasuredSequence]) -> GroupTerms {
                    let values = Array(coefficients.prefix(group.count))
                    let loss = zip(values, group).reduce(0) { $0 - $1.0 * ($1.1.logProbability ?? .nan) }
                    return GroupTerms(coefficients: values, loss: loss)
                }
                func divisor(of groups: [[MeasuredSequence]]) -> Double { 2 }
            }

            let both = try probe.gradients(
                adapter: adapter,
                examples,
                objective: Fixed(coefficients: [0.05, -0.03]),
                span: .fullSequence
            )
            let parts = try zip(examples, [0.05, -0.03]).map { example, coefficient in
                try probe.gradients(
                    adapter: adapter,
                    [example],
                    objective: Fixed(coefficients: [coefficient]),
                    span: .fullSequence
                )
            }

            #expect(abs(both.loss - parts[0].loss - parts[1].loss) < 1e-5)
            for (key, tensors) in both.tensors {
                let (one, other) = (try #require(parts[0].tensors[key]), try #require(parts[1].tensors[key]))
                #expect(relativeDifference(tensors.a, zip(one.a, other.a).map { $0 + $1 }) < 1e-3)
                #expect(relativeDifference(tensors.b, zip(one.b, other.b).map { $0 + $1 }) < 1e-3)
            }
        }

        @Test func `log-probabilities measured on the way change no bit of cross-entropy`() throws {
            struct Measured: Objective {
                var name: ObjectiveID { ObjectiveID(rawValue: "measured") }
                var needsLogProbabilities: Bool { true }
                func terms(of group: [MeasuredSequence]) -> GroupTerms { CrossEntropy().terms(of: group) }
                func divisor(of groups: [[MeasuredSequence]]) -> Double {
                    CrossEntropy().divisor(of: groups)
                }
            }
            let examples = reference.textSamples([0, 1, 26, 35], weights: [1, 3, 1, 2]).enumerated().map {
                TrainingExample($0.element, group: $0.offset)
            }

            let plain = try probe.gradients(
                adapter: adapter,
                examples,
                objective: CrossEntropy(),
                span: .fullSequence
            )
            let measured = try probe.gradients(
                adapter: adapter,
                examples,
                objective: Measured(),
                span: .fullSequence
            )

            #expect(plain.tensors == measured.tensors)
            // The same losses, added up in another order.
            #expect(abs(plain.loss - measured.loss) < 1e-6)
        }

        @Test func `a whole job learns to prefer the chosen half, and resumes to the same bytes`()
            async throws
        {
            let objectives = Objectives.standard.adding(Preference(beta: 0.1, alpha: 0))
            let engine = try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: 2, precision: .f32)
            )
            let texts = reference.textSamples(Array(0..<8))
            let scores = try await engine.score(texts) { _ in }
            var settings = FinetuneSettings()
            (settings.rank, settings.alpha, settings.learningRate) = (4, 8, 1e-2)
            (settings.epochs, settings.batch, settings.saveEverySteps) = (3, 4, 2)
            let job = FinetuneJob(
                examples: zip(texts, scores).enumerated().map { index, pair in
                    var example = TrainingExample(
                        pair.0,
                        group: index / 2,
                        referenceLogProbability: pair.1.logProbability(.answerOnly)
                    )
                    example.weight = index % 2 == 0 ? 1 : -1
                    return example
                },
                objective: ObjectiveID(rawValue: "preference"),
                settings: settings,
                lossSpan: .answerOnly,
                key: RandomKey(seed: 3, round: 1),
                start: nil,
                resumePath: nil,
                baseModelName: "tiny"
            )
            let saves = Mutex<[TrainingSave]>([])

            let whole = try await engine.finetune(job, objectives: objectives, progress: { _ in }) { save in
                saves.withLock { $0.append(save) }
            }

            // A fresh adapter is the round's start model: both gains are 0, the loss is ln 2.
            #expect(whole.losses.count == 6)
            #expect(abs((whole.losses.first ?? .nan) - log(2)) < 1e-3)
            #expect((whole.losses.last ?? .nan) < log(2) - 0.005)
            let save = try #require(saves.withLock { $0.first })
            let scratch = try Scratch()
            for file in save.files { _ = try scratch.write(file.name, file.bytes) }
            var resumed = job
            resumed.resumePath = scratch.path
            let rest = try await engine.finetune(
                resumed,
                objectives: objectives,
                progress: { _ in },
                save: { _ in }
            )
            #expect(rest.files == whole.files && rest.losses == whole.losses)
            // The same texts by another objective are another job.
            var other = resumed
            other.objective = .sft
            let otherJob = other
            await #expect(throws: EngineError.self) {
                try await engine.finetune(otherJob, progress: { _ in }, save: { _ in })
            }
        }

        @Test(arguments: [ObjectiveID.weighted, .scpo, .scpoDs, .negOnly, .spinVote, .sodMix, .ttrl])
        func `each standard objective makes its loss smaller on a whole job`(objective: ObjectiveID)
            async throws
        {
            let engine = try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: 2, precision: .f32)
            )
            let texts = reference.textSamples(Array(0..<8))
            let scores = try await engine.score(texts) { _ in }
            let isPair = [.scpo, .scpoDs, .spinVote].contains(objective)
            let isCrossEntropy = [.weighted, .sodMix].contains(objective)
            var settings = FinetuneSettings()
            (settings.rank, settings.alpha, settings.learningRate) = (4, 8, 1e-2)
            (settings.epochs, settings.batch) = (4, 4)
            let examples = zip(texts, scores).enumerated().map { index, pair in
                var example = TrainingExample(
                    pair.0,
                    group: isPair ? index / 2 : index,
                    referenceLogProbability: pair.1.logProbability(.answerOnly)
                )
                let isChosen = index % 2 == 0 && objective != .negOnly
                example.weight = isChosen || isCrossEntropy ? 0.5 : -0.5
                return example
            }
            let job = FinetuneJob(
                examples: examples,
                objective: objective,
                settings: settings,
                lossSpan: .answerOnly,
                key: RandomKey(seed: 3, round: 1),
                start: nil,
                resumePath: nil,
                baseModelName: "tiny"
            )

            let result = try await engine.finetune(job, progress: { _ in }, save: { _ in })

            // Weights of 0.5 fill a step of 4 with all eight texts.
            #expect(result.losses.count == 4)
            #expect(result.losses.allSatisfy { $0.isFinite })
            let (first, last) = (try #require(result.losses.first), try #require(result.losses.last))
            #expect(last < first, "\(result.losses)")
            if objective == .spinVote { #expect(abs(first - 0.5 * log(2)) < 1e-3) }
            if objective == .negOnly { #expect(abs(first - 0.5 * log(2)) < 1e-3) }
        }

        @Test func `an objective that the engine does not know is refused before the first step`()
            async throws
        {
            let engine = try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: 1)
            )
            var job = FinetuneJob(
                samples: reference.textSamples([0]),
                settings: FinetuneSettings(),
                lossSpan: .answerOnly,
                key: RandomKey(seed: 1, round: 1),
                start: nil,
                resumePath: nil,
                baseModelName: "tiny"
            )
            job.objective = ObjectiveID(rawValue: "preference")
            let unknown = job

            let error = await #expect(throws: LoopError.self) {
                try await engine.finetune(unknown, progress: { _ in }, save: { _ in })
            }

            #expect(error?.message.contains("no objective preference") == true)
        }

        @Test func `a save of cross-entropy is named as version 0.1.0 named it`() async throws {
            let engine = try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: 1)
            )
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
                baseModelName: "tiny"
            )
            let saves = Mutex<[TrainingSave]>([])

            _ = try await engine.finetune(job, progress: { _ in }) { save in
                saves.withLock { $0.append(save) }
            }

            struct Record: Decodable { var digest: String }
            let record = try #require(
                saves.withLock { $0.first }?.files.first { $0.name == "training.json" }
            )
            let digest = try JSONDecoder().decode(Record.self, from: Data(record.bytes)).digest
            // Recorded from its code.
            #expect(digest == "f7622deadc032ef77c2378b122f21e859b29c2d42b52e149bddcffc7c213a958")
        }
    }
}
