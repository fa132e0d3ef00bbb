import Engine
import Foundation
import Loop
import Testing

extension EngineSerial {
    /// The engine against transformers and PEFT in f32, on a tiny model and on the default one.
    @Suite struct ReferenceTests {
        @Test(arguments: ReferenceFixture.Name.allCases)
        func `logits are within 1e-3 of the recorded ones`(_ name: ReferenceFixture.Name) throws {
            let reference = try ReferenceFixture.load(name)
            let tensors = try ReferenceFixture.tensors(name)
            let probe = try ModelProbe(modelPath: ReferenceFixture.modelPath(name))
            let last = try tensors.values(reference.logits.lastTensor)
            let width = last.count / reference.prompts.count

            for (index, prompt) in reference.prompts.enumerated() {
                let row = try probe.logits(prompt.ids, last: 1)[0]
                let strided = stride(from: 0, to: row.count, by: reference.logits.lastStride).map { row[$0] }
                let recorded = Array(last[(index * width)..<((index + 1) * width)])
                #expect(strided.count == recorded.count, "prompt \(index)")
                #expect(zip(strided, recorded).allSatisfy { abs($0 - $1) < 1e-3 }, "prompt \(index)")
                #expect(prompt.topIDs.count == prompt.topLogits.count && !prompt.topIDs.isEmpty)
                for (id, value) in zip(prompt.topIDs, prompt.topLogits) {
                    #expect(abs(row[id] - value) < 1e-3, "prompt \(index), token \(id)")
                }
            }
            for every in reference.logits.every {
                let ids = reference.prompts[every.prompt].ids
                let rows = try probe.logits(ids, last: ids.count)
                let vocabulary = reference.logits.everyVocabularyIDs ?? Array(rows[0].indices)
                let ours = rows.flatMap { row in vocabulary.map { row[$0] } }
                let recorded = try tensors.values(every.tensor)
                #expect(
                    zip(ours, recorded).allSatisfy { abs($0 - $1) < 1e-3 },
                    "prompt \(every.prompt), all rows"
                )
                #expect(ours.count == recorded.count)
            }
        }

        @Test(arguments: ReferenceFixture.Name.allCases)
        func `64 greedy tokens are the recorded ones`(_ name: ReferenceFixture.Name) throws {
            let reference = try ReferenceFixture.load(name)
            let probe = try ModelProbe(modelPath: ReferenceFixture.modelPath(name))

            for (index, prompt) in reference.prompts.enumerated() {
                // One token at a time through the cache on the tiny model. On the default one a single pass
                // over the recorded text: its most likely next tokens are the recorded ones, hence so is
                // greedy decoding.
                let ours =
                    name == .tiny
                    ? try probe.greedy(after: prompt.ids, count: prompt.greedy.count)
                    : try probe.logits(prompt.ids + prompt.greedy.dropLast(), last: prompt.greedy.count)
                        .map { row in Int32(row.indices.max { row[$0] < row[$1] } ?? 0) }
                #expect(ours == prompt.greedy, "prompt \(index)")
            }
        }

        /// How far a loss may be off: nats a token, and a share of the recorded loss.
        static let lossBounds: [(precision: Precision, nats: Double, share: Double)] = [
            (.f32, 1e-4, 0), (.automatic, 1e-3, 0.005),
        ]

        @Test(arguments: ReferenceFixture.Name.allCases, lossBounds)
        func `losses are as recorded, with and without an adapter that PEFT wrote`(
            _ name: ReferenceFixture.Name,
            _ bounds: (precision: Precision, nats: Double, share: Double)
        ) async throws {
            func isClose(_ ours: Double, _ recorded: Double) -> Bool {
                abs(ours - recorded) < bounds.nats + bounds.share * recorded
            }
            let reference = try ReferenceFixture.load(name)
            let engine = try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(name),
                settings: EngineSettings(precision: bounds.precision)
            )

            let base = try await engine.score(reference.textSamples(Array(reference.samples.indices))) { _ in
            }
            try await engine.activate(AdapterLocation(path: reference.adapterPath(), sha256: ""))
            let indices = reference.adapter.losses.map(\.sample)
            let adapted = try await engine.score(reference.textSamples(indices)) { _ in }

            #expect(base.count == reference.samples.count && adapted.count == reference.adapter.losses.count)
            for (index, (ours, recorded)) in zip(base, reference.samples).enumerated() {
                #expect(isClose(ours.answerLoss, recorded.answerLoss), "sample \(index)")
                #expect(isClose(ours.fullLoss, recorded.fullLoss), "sample \(index)")
                #expect(ours.tokenCount == recorded.tokenCount)
                #expect(ours.answerTokenCount == recorded.answerTokenCount)
            }
            for (ours, recorded) in zip(adapted, reference.adapter.losses) {
                #expect(
                    isClose(ours.answerLoss, recorded.answerLoss),
                    "sample \(recorded.sample), adapter"
                )
                #expect(isClose(ours.fullLoss, recorded.fullLoss), "sample \(recorded.sample), adapter")
            }
        }

        @Test(arguments: ReferenceFixture.Name.allCases)
        func `every LoRA gradient is within 1e-3 relative`(_ name: ReferenceFixture.Name) throws {
            let reference = try ReferenceFixture.load(name)
            let tensors = try ReferenceFixture.tensors(name)
            let probe = try ModelProbe(modelPath: ReferenceFixture.modelPath(name))

            for recorded in reference.gradients {
                let (loss, ours) = try probe.gradients(
                    adapter: reference.adapterPath(),
                    reference.textSamples(recorded.samples, weights: recorded.weights),
                    span: recorded.lossSpan == "answerOnly" ? .answerOnly : .fullSequence
                )

                #expect(abs(loss - recorded.loss) < 1e-4)
                // A and B of every linear layer that carries LoRA: none is missing.
                #expect(2 * ours.count == tensors.names.count { $0.hasPrefix(recorded.tensorPrefix) })
                for (key, gradient) in ours {
                    for (part, values) in [("A", gradient.a), ("B", gradient.b)] {
                        let expected = try tensors.values(recorded.tensorPrefix + peftName(key, part))
                        #expect(
                            relativeDifference(values, expected) < 1e-3,
                            "\(key.layer) \(key.module) \(part)"
                        )
                    }
                }
            }
        }

        @Test(arguments: ReferenceFixture.Name.allCases)
        func `a ten-step loss curve is within 1e-3`(_ name: ReferenceFixture.Name) throws {
            let reference = try ReferenceFixture.load(name)
            let probe = try ModelProbe(modelPath: ReferenceFixture.modelPath(name))
            let curve = reference.curve
            var settings = FinetuneSettings()
            settings.learningRate = curve.peakLearningRate
            settings.clip = curve.clipNorm
            settings.warmup = Double(curve.warmupSteps) / Double(curve.totalSteps)

            let (losses, final) = try probe.curve(
                adapter: reference.adapterPath(),
                steps: zip(curve.batches, curve.weights).map { reference.textSamples($0, weights: $1) },
                settings: settings,
                span: .answerOnly
            )

            #expect(
                losses.count == 10 && curve.losses.count == 10 && curve.weights.count == curve.batches.count
            )
            #expect(2 * final.count == curve.finalNorms.count)
            for (step, (ours, recorded)) in zip(losses, curve.losses).enumerated() {
                #expect(abs(ours - recorded) < 1e-3, "step \(step)")
            }
            for (key, tensors) in final {
                for (part, values) in [("A", tensors.a), ("B", tensors.b)] {
                    let recorded = try #require(curve.finalNorms[peftName(key, part)])
                    let norm = values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                    #expect(abs(norm - recorded) <= 1e-3 * recorded, "\(key.layer) \(key.module) \(part)")
                }
            }
        }

        @Test func `perplexity is as recorded, in bf16 within 1 percent, in fixed point within 0.1`() throws {
            let reference = try ReferenceFixture.load(.model)
            let text = try #require(reference.perplexity)
            let path = try ReferenceFixture.modelPath(.model)

            let f32 = try ModelProbe(modelPath: path).perplexity(text.ids)
            let bf16 = try ModelProbe(modelPath: path, format: .bf16).perplexity(text.ids)

            #expect(abs(f32 - text.f32) < 1e-3 * text.f32)
            #expect(abs(bf16 - f32) < 0.01 * f32)
            #expect(bf16 != f32)
            let fixedPoint = try ModelProbe(modelPath: path, format: .fixedPoint).perplexity(text.ids)
            #expect(abs(fixedPoint - f32) < 0.001 * f32)
            #expect(fixedPoint != f32)
        }

        @Test func `fixed point prefers 99 of 100 recorded greedy tokens, given the ones before`() throws {
            let reference = try ReferenceFixture.load(.model)
            let path = try ReferenceFixture.modelPath(.model)
            let probe = try ModelProbe(modelPath: path, format: .fixedPoint)
            var (same, count) = (0, 0)
            for prompt in reference.prompts {
                let rows = try probe.logits(
                    prompt.ids + prompt.greedy.dropLast(),
                    last: prompt.greedy.count
                )
                let preferred = rows.map { row in Int32(row.indices.max { row[$0] < row[$1] } ?? 0) }
                same += zip(preferred, prompt.greedy).count { $0 == $1 }
                count += prompt.greedy.count
            }
            #expect(same * 100 >= 99 * count, "\(same) of \(count)")
        }

        private func peftName(_ key: AdapterKey, _ part: String) -> String {
            let isMLP = [TargetModule.gate, .up, .down].contains(key.module)
            return "base_model.model.model.layers.\(key.layer).\(isMLP ? "mlp" : "self_attn")."
                + "\(key.module.rawValue).lora_\(part).weight"
        }
    }
}
