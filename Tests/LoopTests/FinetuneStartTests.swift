import Foundation
import Loop
import Synchronization
import Testing

/// What a round's fine-tuning starts from, and what it is trained on.
@Suite struct FinetuneStartTests {
    private static func configuration(_ start: StartFrom) -> RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.finetune.startFrom = start
        return configuration
    }

    /// The texts that a store's candidates were kept with, each with its number of copies.
    private static func kept(_ store: MemoryStore) -> [String: Double] {
        let candidates = store.state.withLock { $0.candidates.filter { $0.verdict == .kept } }
        let texts = candidates.map { "\($0.question) \($0.text)" }
        return Dictionary(texts.map { ($0, 1.0) }, uniquingKeysWith: +)
    }

    private static func trained(_ job: FinetuneJob, _ store: MemoryStore) throws -> [String: Double] {
        let prompts = try PromptSettings().writer()
        let numbers = store.state.withLock { state in
            Dictionary(
                state.questions.map { (prompts.prompt(for: $0.content), $0.id) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        let texts = job.samples.map { sample in
            ("\(numbers[sample.prompt]?.description ?? "?") \(sample.completion)", sample.weight)
        }
        return Dictionary(texts, uniquingKeysWith: +)
    }

    @Test func `from the base model a round is trained on what the rounds before have kept, too`()
        async throws
    {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        _ = try await RoundRunnerTests.runRound(engine, store, Self.configuration(.base))
        let first = Self.kept(store)

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration(.base))

        let second = Self.kept(store)
        let job = try #require(engine.state.withLock { $0.jobs.last })
        // A text that both have kept counts once, as the newer round has it.
        #expect(try Self.trained(job, store) == first.merging(second) { $1 })
        let earlier = first.keys.count { second[$0] == nil }
        #expect(earlier > 0 && earlier < first.count)
        #expect(round.report.earlierTextCount == earlier)
        #expect(job.start == nil)
        let line = store.state.withLock { $0.events.last { $0.phase == .finetune } }
        #expect(line?.message.contains("(\(earlier) of earlier rounds)") == true)
    }

    @Test func `with the newest alone a question has the samples of the newest round that kept any of it`()
        async throws
    {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        _ = try await RoundRunnerTests.runRound(engine, store, Self.configuration(.base))
        let first = Self.kept(store)
        var configuration = Self.configuration(.base)
        (configuration.finetune.earlier, configuration.generate.questionsPerRound) = (.newest, 3)

        let round = try await RoundRunnerTests.runRound(engine, store, configuration)

        let second = Self.kept(store)
        let asked = Set(second.keys.map { $0.prefix { $0 != " " } })
        let rest = first.filter { text, _ in !asked.contains(text.prefix { $0 != " " }) }
        let job = try #require(engine.state.withLock { $0.jobs.last })
        #expect(try Self.trained(job, store) == rest.merging(second) { $1 })
        #expect(!rest.isEmpty && rest.count < first.count && asked.count <= 3)
        let leftOut = Int(first.values.reduce(0, +) - rest.values.reduce(0, +))
        #expect(round.report.supersededCount == leftOut && leftOut > 0)
        let line = store.state.withLock { $0.events.last { $0.phase == .finetune } }
        let clause = "\(leftOut) samples of earlier rounds left out, since newer ones label their questions: "
        #expect(line?.message.contains(clause) == true)
    }

    @Test func `all is the default, and a record has the other alone`() throws {
        let all = try JSONEncoder().encode(Self.configuration(.base))
        var configuration = Self.configuration(.base)
        configuration.finetune.earlier = .newest

        let newest = try JSONEncoder().encode(configuration)

        #expect(!String(decoding: all, as: UTF8.self).contains("earlier"))
        #expect(String(decoding: newest, as: UTF8.self).contains(#""earlier":"newest""#))
        #expect(try JSONDecoder().decode(RoundConfiguration.self, from: newest) == configuration)
    }

    @Test func `from the incumbent a round is trained on its own candidates`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        let configuration = Self.configuration(.incumbent)
        for _ in 0..<2 { _ = try await RoundRunnerTests.runRound(engine, store, configuration) }

        let job = try #require(engine.state.withLock { $0.jobs.last })

        #expect(try Self.trained(job, store) == Self.kept(store))
        #expect(store.state.withLock { $0.round?.report.earlierTextCount } == nil)
    }

    @Test func `what fine-tuning leaves out of earlier rounds is not marked again`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        _ = try await RoundRunnerTests.runRound(engine, store, Self.configuration(.base))
        engine.state.withLock { $0.quarantined = [0] }

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration(.base))

        // The first sample is the first round's; it may be this round's as well.
        let job = try #require(engine.state.withLock { $0.jobs.last })
        let marked = store.state.withLock { $0.candidates.filter { $0.reason == .quarantined } }
        #expect(marked.allSatisfy { $0.round == round.id && $0.text == job.samples[0].completion })
        #expect(store.state.withLock { $0.events.contains { $0.kind == .quarantined } })
    }

    @Test(arguments: [StartFrom.incumbent, .base])
    func `an adapter of another shape is refused before a round begins`(start: StartFrom) async throws {
        let store = MemoryStore(RoundRunnerTests.questions)
        _ = try await RoundRunnerTests.runRound(FakeEngine(), store)
        var configuration = Self.configuration(start)
        configuration.finetune.rank = 2
        configuration.finetune.targetModules = [.query, .value]
        let changed = configuration
        let runner = RoundRunnerTests.runner(FakeEngine(), store)

        guard start == .incumbent else {
            #expect(try await runner.begin(configuration: changed, seed: 1).id.rawValue == 2)
            return
        }
        let error = await #expect(throws: LoopError.self) {
            try await runner.begin(configuration: changed, seed: 1)
        }

        #expect(error?.code == .invalidConfiguration)
        let message = error?.message ?? ""
        #expect(message.contains("finetune.rank 2") && message.contains("finetune.rank 8"))
        #expect(message.contains("finetune.startFrom to base") && !message.contains("finetune.alpha"))
        #expect(store.state.withLock { $0.round?.id.rawValue } == 1)
    }
}
