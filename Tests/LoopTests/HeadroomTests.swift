import Foundation
import Loop
import Synchronization
import Testing

/// How far the vote is ahead of one greedy answer, before a round writes candidates.
@Suite("Headroom")
struct HeadroomTests {
    private static func configuration(least: Double = -1) -> RoundConfiguration {
        var configuration = RoundRunnerTests.configuration
        configuration.headroom.questions = 8
        configuration.headroom.votes = 4
        configuration.headroom.least = least
        return configuration
    }

    // Of four candidates three are right, so that every vote is; of the greedy answers every fourth is wrong.
    private static let measured = HeadroomReport(
        split: .valid,
        questionCount: 8,
        voteCount: 4,
        greedyRightCount: 6,
        voteRightCount: 8
    )

    /// Without its tokens, of which the fake engine draws some.
    private static func measured(_ round: RoundRecord) -> HeadroomReport? {
        var headroom = round.report.headroom
        headroom?.tokenCount = nil
        return headroom
    }

    @Test func `it is the vote's accuracy minus the greedy answer's on the valid questions`() async throws {
        let store = MemoryStore(RoundRunnerTests.questions)

        let round = try await RoundRunnerTests.runRound(FakeEngine(), store, Self.configuration())

        #expect(Self.measured(round) == Self.measured && Self.measured.lead == 0.25)
        #expect(round.outcome == .promoted)
        let line = store.state.withLock { $0.events.first { $0.kind == .phaseFinished }?.message }
        #expect(line?.contains("headroom +25.0 points: vote of 4 100.0 %, greedy 75.0 % of 8 valid") == true)
    }

    @Test func `its report has the tokens of the greedy answers and of the votes`() async throws {
        let store = MemoryStore(RoundRunnerTests.questions)

        let round = try await RoundRunnerTests.runRound(FakeEngine(), store, Self.configuration())

        // 8 greedy texts and 8 times 4 that vote, of 4 to 6 tokens each.
        let count = try #require(round.report.headroom?.tokenCount)
        #expect((40 * 4...40 * 6).contains(count))
        let old = Data(
            #"{"split":"valid","questionCount":1,"voteCount":2,"greedyRightCount":0,"voteRightCount":1}"#.utf8
        )
        #expect(try JSONDecoder().decode(HeadroomReport.self, from: old).tokenCount == nil)
    }

    @Test func `unless settings ask for it nothing is measured and nothing more is generated`() async throws {
        let engine = FakeEngine()

        let round = try await RoundRunnerTests.runRound(engine, MemoryStore(RoundRunnerTests.questions))

        #expect(round.report.headroom == nil)
        #expect(!engine.state.withLock { $0.calls.contains("generate 8 at 0.0") })
    }

    @Test func `a round with less than the least writes no candidates and trains nothing`() async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))

        let round = try await RoundRunnerTests.runRound(engine, store, Self.configuration(least: 0.26))

        #expect(round.outcome == .noData && round.phase == .generate)
        #expect(store.state.withLock { $0.candidates.isEmpty && $0.round?.finishedAt == "ended" })
        #expect(!engine.state.withLock { $0.calls.contains { $0.hasPrefix("finetune") } })
        let message = store.state.withLock { $0.events.last { $0.kind == .roundEnded }?.message }
        #expect(message?.contains("no headroom: +25.0 points") == true)
        #expect(message?.contains("headroom.least is 0.26; lower it, raise generate.temperature") == true)
    }

    @Test func `exactly the least is enough`() async throws {
        let store = MemoryStore(RoundRunnerTests.questions)

        let round = try await RoundRunnerTests.runRound(
            FakeEngine(),
            store,
            Self.configuration(least: 0.25)
        )

        #expect(round.outcome == .promoted)
    }

    @Test func `without a valid set it is measured on train questions, and stops nothing`() async throws {
        let store = MemoryStore(RoundRunnerTests.questions.filter { $0.split != .valid })
        var configuration = Self.configuration(least: 1)
        configuration.select.policy = .lmsi

        let round = try await RoundRunnerTests.runRound(FakeEngine(), store, configuration)

        #expect(round.report.headroom?.split == .train && round.report.headroom?.questionCount == 8)
        #expect(round.outcome == .promoted)
    }

    @Test(arguments: 0..<8) func `a round cut short in any of the first calls measures the same`(
        call: Int
    ) async throws {
        let (engine, store) = (FakeEngine(), MemoryStore(RoundRunnerTests.questions))
        engine.state.withLock { $0.callsUntilFailure = call }
        let runner = RoundRunnerTests.runner(engine, store)
        let begun = try await runner.begin(configuration: Self.configuration(), seed: 11)

        await #expect(throws: FakeEngine.Failure.self) { try await runner.run(begun) }
        let open = try #require(try await store.openRound())
        let round = try await runner.run(open)

        let whole = try await RoundRunnerTests.runRound(
            FakeEngine(),
            MemoryStore(RoundRunnerTests.questions),
            Self.configuration()
        )
        #expect(Self.measured(round) == Self.measured && round.outcome == .promoted)
        #expect(round.report.headroom == whole.report.headroom)
    }

    @Test func `a report of an earlier version has none, and a lever is in the report of its round`()
        async throws
    {
        let old = try JSONDecoder().decode(RoundReport.self, from: Data(#"{"secondsPerPhase": {}}"#.utf8))
        let configuration = LeverID.votes.applied(to: RoundRunnerTests.configuration)

        let round = try await RoundRunnerTests.runRound(
            FakeEngine(),
            MemoryStore(RoundRunnerTests.questions),
            configuration
        )

        #expect(old.headroom == nil && old.lever == nil)
        #expect(round.report.lever == "votes" && round.report.leverSetting == "generate.candidates 8")
        #expect(!String(decoding: try JSONEncoder().encode(RoundReport()), as: UTF8.self).contains("lever"))
    }

    @Test func `a record without headroom settings reads as before`() throws {
        let plain = try JSONEncoder().encode(RoundConfiguration())
        let asked = try JSONEncoder().encode(Self.configuration())

        #expect(!String(decoding: plain, as: UTF8.self).contains("headroom"))
        #expect(try JSONDecoder().decode(RoundConfiguration.self, from: asked) == Self.configuration())
    }
}
