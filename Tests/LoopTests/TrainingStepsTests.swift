import Foundation
import Loop
import Testing

/// How a job becomes steps, and what names it.
@Suite struct TrainingStepsTests {
    private static let prompts: [[Int32]] = [[1, 2], [1, 3], [4], [5, 6, 7], [8]]

    private func job(_ examples: [TrainingExample] = [], batch: Int = 3) -> FinetuneJob {
        var settings = FinetuneSettings()
        settings.batch = batch
        settings.epochs = 2
        settings.maxTokens = 8
        return FinetuneJob(
            examples: examples,
            settings: settings,
            lossSpan: .answerOnly,
            key: RandomKey(seed: 3, round: 1),
            start: nil,
            resumePath: nil,
            baseModelName: "test"
        )
    }

    /// Samples by the number of their prompt; the one at `long` is above the token limit.
    private func samples(_ owners: [Int], weights: [Double] = [1, 2, 0.5], long: Int? = nil)
        -> [TokenizedSample]
    {
        owners.enumerated().map { index, owner in
            TokenizedSample(
                index: index,
                tokens: Self.prompts[owner]
                    + Array(repeating: Int32(index + 10), count: index == long ? 9 : 3),
                promptCount: Self.prompts[owner].count,
                weight: weights[index % weights.count]
            )
        }
    }

    private func indices(_ plan: TrainingSteps) -> [[Int]] { plan.steps.map { $0.map(\.index) } }

    @Test func `single samples take the steps of version 0.1.0`() {
        let samples = samples([0, 0, 1, 2, 2, 2, 3, 0, 4, 1, 3, 4], long: 5)

        let plan = TrainingSteps(samples, job(), contextLength: 100)

        // Recorded from its code.
        #expect(
            indices(plan) == [
                [6, 10], [8, 11, 2, 9, 0, 1, 7], [3, 4], [2, 9, 8, 11, 0, 1, 7], [6, 10], [3, 4],
            ]
        )
        #expect(plan.tooLong == [5])
    }

    @Test func `the members of a group are in one step, whatever their prompts`() {
        var samples = samples([0, 1, 2, 3, 4, 0, 2], weights: [1])
        for (index, group) in [7, 8, 8, 9, 10, 9, 11].enumerated() { samples[index].group = group }

        let plan = TrainingSteps(samples, job(batch: 1), contextLength: 100)

        // Prompt 0 is in one block with prompt 3 by group 9, prompt 1 with prompt 2 by group 8.
        let blocks: Set<[Int]> = [[0, 5, 3], [1, 2, 6], [4]]
        #expect(Set(indices(plan)) == blocks)
        #expect(plan.steps.count == 2 * blocks.count)
    }

    @Test func `an advantage below zero fills a step like one above`() {
        let owners = [0, 0, 1, 1, 2, 2, 3, 3]
        let signed = samples(owners, weights: [1, -1])

        let plan = TrainingSteps(signed, job(batch: 4), contextLength: 100)

        #expect(plan.steps.map(\.count) == [4, 4, 4, 4])
        #expect(
            indices(plan)
                == indices(TrainingSteps(samples(owners, weights: [1]), job(batch: 4), contextLength: 100))
        )
    }

    @Test func `a group with a member above the limit is left out whole`() {
        var samples = samples([0, 0, 1, 1], long: 1)
        for index in samples.indices { samples[index].group = index / 2 }

        let plan = TrainingSteps(samples, job(batch: 100), contextLength: 100)

        #expect(plan.tooLong == [0, 1])
        #expect(indices(plan) == [[2, 3], [2, 3]])
    }

    @Test func `a job of cross-entropy has the identity of version 0.1.0`() throws {
        var settings = FinetuneSettings()
        (settings.batch, settings.saveEverySteps) = (2, 1)
        let job = FinetuneJob(
            samples: [
                TextSample(prompt: "Q: What is 6 + 5?\nA:", completion: " 6 + 5 = 11. The answer is 11."),
                TextSample(prompt: "Q: What is 6 + 5?\nA:", completion: " The answer is 11.", weight: 2),
            ],
            settings: settings,
            lossSpan: .answerOnly,
            key: RandomKey(seed: 3, round: 1),
            start: nil,
            resumePath: "/elsewhere",
            baseModelName: "test"
        )

        let identity = try #require(String(data: job.identity(), encoding: .utf8))

        let expected =
            #"[{"completion":" 6 + 5 = 11. The answer is 11.","prompt":"Q: What is 6 + 5?\nA:","weight":1},"#
            + #"{"completion":" The answer is 11.","prompt":"Q: What is 6 + 5?\nA:","weight":2}]"#
            + #"{"alpha":16,"batch":2,"clip":1,"epochs":1,"learningRate":0.0003,"maxTokens":512,"rank":8,"#
            + #""saveEverySteps":1,"startFrom":"incumbent","targetModules":["down_proj","gate_proj","k_proj","#
            + #""o_proj","q_proj","up_proj","v_proj"],"warmup":0.01,"weightDecay":0}"#
            + #"[{"round":1,"seed":3}]answer_onlyfresh"#
        #expect(identity == expected)
    }

    @Test func `objective, groups and references each name another job`() throws {
        let examples = ["a", "b"].enumerated().map { index, text in
            TrainingExample(TextSample(prompt: "q", completion: text), group: index)
        }
        let plain = job(examples)
        var (objective, groups, references, renumbered) = (plain, plain, plain, plain)
        objective.objective = ObjectiveID(rawValue: "pair")
        groups.examples[1].group = 0
        references.examples[0].referenceLogProbability = -3
        for index in examples.indices { renumbered.examples[index].group += 40 }

        let identities = try [plain, objective, groups, references].map { try $0.identity() }

        #expect(Set(identities).count == 4)
        // Groups of one are what cross-entropy always had, whatever they are called.
        #expect(try renumbered.identity() == identities[0])
    }

    @Test func `tokens keep the group and reference of their example`() {
        let examples = [
            TrainingExample(TextSample(prompt: "q", completion: "a"), group: 4, referenceLogProbability: -2),
            TrainingExample(TextSample(prompt: "q", completion: "b", weight: -1), group: 4),
        ]

        let samples = job(examples).tokenized { text, index in
            TokenizedSample(index: index, tokens: [1, 2, 3], promptCount: 1, weight: text.weight)
        }

        #expect(samples.map(\.group) == [4, 4])
        #expect(samples.map(\.referenceLogProbability) == [-2, nil])
        #expect(samples.map(\.weight) == [1, -1])
    }
}
