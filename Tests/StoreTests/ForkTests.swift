import Foundation
import Loop
import Store
import Testing

@Suite struct ForkTests {
    private let state = TemporaryState()
    /// Not there until it is forked.
    private let arm = TemporaryState()

    /// A store whose round has its candidates and is about to vote.
    private func voting(
        _ configuration: RoundConfiguration = RoundConfiguration()
    ) async throws -> (JournalStore, RoundRecord) {
        let store = try state.open()
        try store.bind(model: .tiny)
        try await store.add(trainQuestions + [question("What is 8 + 9?", .gate)])
        let ids = try await store.questions(in: .train).map(\.id)
        var round = try await store.beginRound(
            seed: 7,
            configuration: configuration,
            waves: [ids],
            events: []
        )
        try await store.commitWave(
            Wave(index: 0, questions: ids),
            of: round.id,
            candidates: ids.flatMap { id in (0..<2).map { candidate(round.id, id, $0) } },
            seconds: 1.5
        )
        round.phase = .vote
        try await store.advance(round, candidates: [], events: [])
        return (store, try #require(try await store.openRound()))
    }

    /// What `verify` finds; the candidates here are made up, so their own state is not without faults.
    private func faults(of state: TemporaryState) throws -> [String] {
        try JournalStore.verify(stateDirectory: state.path).violations.map { "\($0.rule): \($0.detail)" }
    }

    private func changed(_ change: (inout RoundConfiguration) -> Void) -> RoundConfiguration {
        var configuration = RoundConfiguration()
        change(&configuration)
        return configuration
    }

    @Test func `a fork has the same candidates and round, and settings of its own`() async throws {
        let (store, round) = try await voting()
        let configuration = changed {
            $0.select.policy = .lmsi
            $0.vote.minShare = 0.5
            $0.finetune.epochs = 3
        }

        try await store.fork(to: arm.path, configuration: configuration)

        let forked = try arm.open()
        #expect(try await forked.candidates(of: round.id) == store.candidates(of: round.id))
        #expect(try await forked.waves(of: round.id) == store.waves(of: round.id))
        var expected = round
        expected.configuration = configuration
        #expect(try await forked.openRound() == expected)
        #expect(try await store.openRound() == round)
        #expect(try await forked.questions(in: .gate) == store.questions(in: .gate))
        #expect(try faults(of: arm) == faults(of: state))
    }

    @Test func `a fork goes on without the state that it comes from`() async throws {
        let (store, round) = try await voting()
        try await store.fork(to: arm.path, configuration: round.configuration)

        let forked = try arm.open()
        var own = try #require(try await forked.openRound())
        own.phase = .weigh
        try await forked.advance(own, candidates: [], events: [])

        #expect(try await forked.openRound()?.phase == .weigh)
        #expect(try await store.openRound()?.phase == .vote)
    }

    @Test func `settings that candidates depend on may not differ`() async throws {
        let (store, _) = try await voting()
        for (key, configuration) in [
            ("generate.temperature", changed { $0.generate.temperature = 0.1 }),
            ("prompt.answerCue", changed { $0.prompt.answerCue = "So" }),
            ("gate.tolerance", changed { $0.gate.tolerance = 0.5 }),
        ] {
            let message = await expectError(.invalidRequest) {
                try await store.fork(to: arm.path, configuration: configuration)
            }

            #expect(message.contains("\(key) differs"), "\(message)")
        }
        #expect(!arm.exists(""))
    }

    @Test func `answers count in a fork that reads them in the same way`() async throws {
        let (store, round) = try await voting()
        let gate = try await store.questions(in: .gate).map(\.id)
        try await store.record(evaluation(.gate, gate), of: round.parent)
        #expect(try await store.evaluation(of: round.parent, on: .gate) != nil)
        let counting = changed {
            $0.vote.minShare = 0.5
            $0.vote.tie = .drop
        }
        for (configuration, counts) in [
            (counting, true), (changed { $0.vote.extractor = .authors }, false),
            (changed { $0.vote.answerKind = .text }, false),
        ] {
            let arm = TemporaryState()

            try await store.fork(to: arm.path, configuration: configuration)

            let forked = try arm.open()
            try forked.bind(model: .tiny)
            let found = try await forked.evaluation(of: round.parent, on: .gate)
            #expect(found == (counts ? evaluation(.gate, gate) : nil), "\(configuration.vote)")
            #expect(try faults(of: arm) == faults(of: state))
        }
    }

    @Test func `a fork reads options in the order in which its candidates saw them`() async throws {
        let base = changed {
            $0.generate.permuteOptions = true
            $0.vote.answerKind = .choice
        }
        let (store, _) = try await voting(base)
        var other = base
        other.vote.answerKind = .text

        let message = await expectError(.invalidRequest) {
            try await store.fork(to: arm.path, configuration: other)
        }

        #expect(message.contains("vote.answerKind differs"), "\(message)")
        #expect(!arm.exists(""))
        other = base
        other.vote.minShare = 0.5
        try await store.fork(to: arm.path, configuration: other)
    }

    @Test func `only a first round that is about to vote is forked`() async throws {
        let (store, round) = try await voting()
        var later = round
        later.phase = .weigh
        try await store.advance(later, candidates: [], events: [])

        let message = await expectError(.invalidRequest) {
            try await store.fork(to: arm.path, configuration: round.configuration)
        }

        #expect(message.contains("phase weigh"), "\(message)")
        #expect(!arm.exists(""))
    }

    @Test func `a path that is taken is left alone`() async throws {
        let (store, round) = try await voting()
        try await store.fork(to: arm.path, configuration: round.configuration)

        await expectError(.invalidRequest) {
            try await store.fork(to: arm.path, configuration: changed { $0.select.policy = .lmsi })
        }

        #expect(try JournalStore.firstRound(of: arm.path)?.round.configuration == round.configuration)
    }

    @Test func `what a kill before the rename leaves gives way to the next fork`() async throws {
        let (store, round) = try await voting()
        let name = (arm.path as NSString).lastPathComponent
        let temporary = (arm.path as NSString).deletingLastPathComponent + "/.tmp-" + name
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(filePath: temporary + "/journal.sqlite"))

        try await store.fork(to: arm.path, configuration: round.configuration)

        #expect(try await arm.open().openRound() == round)
        #expect(!FileManager.default.fileExists(atPath: temporary))
    }

    @Test(arguments: [DurableFiles.Step.flush, .flushDirectory, .rename])
    func `a fork that cannot be written is not there, and can be tried again`(step: DurableFiles.Step)
        async throws
    {
        do {
            _ = try await voting()
        }
        let name = (arm.path as NSString).lastPathComponent
        let store = try state.open(files: Fault(step, containing: name).files)
        let round = try #require(try await store.openRound())

        await expectError(.fileFailed) {
            try await store.fork(to: arm.path, configuration: round.configuration)
        }

        #expect(!arm.exists(""))
        try await store.fork(to: arm.path, configuration: round.configuration)
        #expect(try await arm.open().openRound() == round)
    }

    @Test func `the outline of a state has the answers of incumbent and checkpoint`() async throws {
        let (store, round) = try await voting()
        let gate = try await store.questions(in: .gate).map(\.id)
        try await store.record(evaluation(.gate, gate), of: round.parent)

        let first = try #require(try JournalStore.firstRound(of: state.path))

        #expect(first.round == round)
        #expect(first.before == [.gate: evaluation(.gate, gate)] && first.after.isEmpty)
        #expect(try JournalStore.firstRound(of: arm.path) == nil)
    }

    @Test func `the outline of a state tells models and questions apart`() async throws {
        let (store, round) = try await voting()
        try await store.fork(to: arm.path, configuration: round.configuration)
        let inputs = trainQuestions + [question("What is 8 + 9?", .gate)]
        let first = try #require(try JournalStore.firstRound(of: state.path))

        let forked = try #require(try JournalStore.firstRound(of: arm.path))

        #expect(first.model != nil && forked.model == first.model && forked.questions == first.questions)
        #expect(try first.questions == QuestionDigest.perSplit(inputs))
        var others = inputs
        others[3].answer = "17"
        let digests = try QuestionDigest.perSplit(others)
        #expect(Split.allCases.filter { digests[$0] != first.questions[$0] } == [.gate])
        try first.checkModel(.tiny)
        var model = ModelIdentity.tiny
        model.sha256 = String(repeating: "b", count: 64)
        await expectError(.otherModel) { try first.checkModel(model) }
        let other = TemporaryState()
        let another = try other.open()
        try another.bind(model: model)
        try await another.add(inputs)
        _ = try await another.begin()
        let found = try #require(try JournalStore.firstRound(of: other.path))
        #expect(found.model != first.model && found.questions == first.questions)
    }

    @Test func `questions that come after the first round are not part of its outline`() async throws {
        let (store, _) = try await voting()
        let first = try #require(try JournalStore.firstRound(of: state.path))

        try await store.add([question("What is 10 + 11?", .gate)])

        #expect(try JournalStore.firstRound(of: state.path)?.questions == first.questions)
    }

    @Test func `a study's directory belongs to one process, and is no daemon's state`() async throws {
        let study = try StudyDirectory(arm.path)
        try study.make(seed: 3)

        await expectError(.stateLocked) { _ = try StudyDirectory(arm.path) }

        _ = try await voting()
        await expectError(.invalidRequest) { _ = try StudyDirectory(state.path) }
        #expect(arm.exists("seed-3"))
    }
}
