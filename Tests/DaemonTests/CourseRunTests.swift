import ControlAPI
import Daemon
import Foundation
import Loop
import Store
import Synchronization
import Testing

/// A loop of many short rounds through every reason to stop and every lever.
@Suite("An unattended run", .timeLimit(.minutes(1)))
struct CourseRunTests {
    private func options(_ change: (inout LoopOptions) -> Void) -> LoopOptions {
        var options = LoopOptions()
        change(&options)
        return options
    }

    /// Levers of all rounds, in order.
    private func levers(_ bench: Bench) async throws -> [String] {
        var found: [String] = []
        for round in try await bench.store.rounds() {
            let levers = try await bench.store.round(round.id).configuration.gate.levers
            found.append(levers.first?.rawValue ?? "own")
        }
        return found
    }

    @Test func `the target stops the loop when a checkpoint reaches it`() async throws {
        let bench = try Bench(loopOptions: options { $0.target = 0.9 })

        try await bench.running {
            bench.rounds.end(.score(0.85))
            bench.rounds.end(.score(0.9))
            let event = try await bench.next(.completed)

            #expect(event.message.contains("90.0 % of the gate's questions, loop.target is 0.9"))
            #expect(event.message.hasSuffix("(stop: target)") && event.stop == .target)
        }

        #expect(try await bench.store.finishedRoundCount() == 2)
    }

    @Test func `the target of a run that has reached it holds after a restart`() async throws {
        let directory = try TemporaryDirectory()
        do {
            let bench = try Bench(in: directory, loopOptions: options { $0.target = 0.9 })
            try await bench.running {
                bench.rounds.end(.score(0.95))
                _ = try await bench.next(.completed)
            }
        }

        let bench = try Bench(in: directory, loopOptions: options { $0.target = 0.9 })
        try await bench.running {
            let event = try await bench.next(.completed)
            #expect(event.stop == .target)
        }

        #expect(try await bench.store.finishedRoundCount() == 1)
    }

    @Test func `a target counts for the questions that the gate has now`() async throws {
        let directory = try TemporaryDirectory()
        do {
            let bench = try Bench(in: directory, loopOptions: options { $0.target = 0.9 })
            try await bench.running {
                bench.rounds.end(.score(0.95))
                _ = try await bench.next(.completed)
            }
            _ = try await bench.store.add([
                QuestionInput(text: "What is 1 + 1?", answer: "2", split: .gate, origin: "test")
            ])
        }

        let bench = try Bench(in: directory, loopOptions: options { $0.target = 0.9 })
        try await bench.running {
            // The recorded score is of other questions, so that a round begins.
            let begun = try await bench.rounds.nextBegun()
            #expect(begun.rawValue == 2)
        }

        #expect(try await bench.store.finishedRoundCount() == 1)
    }

    @Test func `the hours stop the loop when phases have worked them`() async throws {
        let bench = try Bench(loopOptions: options { $0.hours = 1.5 })
        bench.rounds.cost.withLock { $0.seconds = 1800 }

        try await bench.running {
            for _ in 0..<3 { bench.rounds.end(.promote) }
            let event = try await bench.next(.completed)
            #expect(event.stop == .hours)
        }

        #expect(try await bench.store.finishedRoundCount() == 3)
    }

    @Test func `the tokens stop the loop when they are spent`() async throws {
        let bench = try Bench(loopOptions: options { $0.tokens = 1000 })
        bench.rounds.cost.withLock { $0.tokens = 400 }

        try await bench.running {
            for _ in 0..<3 { bench.rounds.end(.promote) }
            let event = try await bench.next(.completed)
            #expect(event.message.contains("1,200 tokens") && event.stop == .tokens)
        }

        #expect(try await bench.store.finishedRoundCount() == 3)
    }

    @Test func `tokens of headroom and of evaluations count, too`() async throws {
        let bench = try Bench()
        let store = bench.store
        var round = try await store.beginRound(
            seed: 1,
            configuration: RoundConfiguration(),
            waves: [],
            events: []
        )
        let answers = (1...3).map { number in
            EvaluationAnswer(
                question: QuestionID(rawValue: number),
                text: "4",
                answer: "4",
                isRight: true,
                tokenCount: 10
            )
        }
        let summary = EvaluationSummary(
            split: .gate,
            accuracy: Accuracy(rightCount: 3, of: 3),
            accuracyPerProfile: [:]
        )
        try await store.record(Evaluation(summary: summary, answers: answers), of: .base)
        (round.report.generatedTokenCount, round.report.trainedTokenCount) = (400, 200)
        round.report.headroom = HeadroomReport(
            split: .valid,
            questionCount: 2,
            voteCount: 4,
            greedyRightCount: 1,
            voteRightCount: 2,
            tokenCount: 5
        )
        let score = ContenderScore(valid: Accuracy(rightCount: 1, of: 2), meanLoss: nil, tokenCount: 7)
        round.report.contenders = [
            ContenderReport(name: "epoch 1", score: score, isChosen: true),
            ContenderReport(name: "epoch 2", score: score, isChosen: false),
        ]
        round.outcome = .noData
        _ = try await store.commit(PhaseEnd(of: round, step: .end, events: []))
        var course = Course()
        course.tokens = 1

        let counted = try await store.courseRecord(for: course).tokenCount

        #expect(counted == 400 + 200 + 5 + 2 * 7 + 30)
        #expect(try await store.courseRecord(for: Course()).tokenCount == 0)
    }

    @Test func `status names the reason and what to do, while it lasts`() async throws {
        let bench = try Bench(patience: 2)

        try await bench.running {
            bench.rounds.end(.reject)
            bench.rounds.end(.reject)
            _ = try await bench.next(.plateau)
            for _ in 0..<2 { _ = try await bench.rounds.nextBegun() }
            try await waitUntil { await bench.loop.stopReason == .plateau }
            let status = try await bench.control.status()
            #expect(status.state == .plateau && status.stopReason == "plateau")
            #expect(status.stopAdvice == StopReason.plateau.advice)
            #expect(status.detail?.hasPrefix("2 rejections in a row; add questions") == true)
            #expect(await bench.loop.lastWord?.hasSuffix("(stop: plateau)") == true)

            try await bench.loop.resume()
            _ = try await bench.rounds.nextBegun()
            #expect(try await bench.control.status().stopReason == nil)
            try await bench.loop.pause()
            #expect(try await bench.control.status().stopReason == "person")
            #expect(await bench.loop.lastWord == "the loop is paused (stop: person)")
        }
    }

    @Test func `rounds without data stop as no_data, two failed ones as dead_end`() async throws {
        let empty = try Bench(patience: 2)
        let failing = try Bench()

        try await empty.running {
            for _ in 0..<2 { empty.rounds.end(.noData(dropCounts: ["no_parse": 40])) }
            let event = try await empty.next(.plateau)
            #expect(event.stop == .noData)
        }
        try await failing.running {
            for _ in 0..<6 { failing.rounds.end(.throwing("the loss is nan")) }
            let event = try await failing.next(.plateau)
            #expect(event.stop == .deadEnd && event.message.contains("the loss is nan"))
        }
    }

    @Test func `every lever is tried once before the loop gives up, each with its own settings`() async throws
    {
        let bench = try Bench(loopOptions: options { $0.escalation = LeverID.all })

        try await bench.running {
            for _ in 0..<5 { bench.rounds.end(.reject) }
            let message = try await bench.next(.plateau).message
            #expect(message.contains("own settings in round 1 rejected, votes in round 2 rejected"))
            #expect(message.contains("scpo in round 5 rejected") && message.hasSuffix("(stop: dead_end)"))
        }

        #expect(try await levers(bench) == ["own", "votes", "temperature", "restartFromBase", "scpo"])
        let events = try await bench.store.events(after: 0).filter { $0.kind == .escalated }
        #expect(events.map { $0.round?.rawValue } == [2, 3, 4, 5])
        #expect(
            events.first?.message
                == "tries votes: generate.candidates 15 → 30, because round 1 ended rejected"
        )
        let second = try await bench.store.round(RoundID(rawValue: 3)).configuration
        #expect(second.generate.candidates == 15 && second.generate.temperature == 1.3)
    }

    @Test func `a lever that helps is kept until it brings nothing`() async throws {
        let bench = try Bench(
            loopOptions: options {
                $0.escalation = [.votes, .temperature]
                $0.rounds = 8
            }
        )
        let ends: [FakeRounds.End] = [
            .promote, .reject, .noData(dropCounts: [:]), .promote, .promote, .reject, .promote, .reject,
        ]

        try await bench.running {
            for end in ends { bench.rounds.end(end) }
            let event = try await bench.next(.completed)
            #expect(event.stop == .rounds)
        }

        #expect(
            try await levers(bench) == [
                "own", "own", "votes", "temperature", "temperature", "temperature", "votes", "votes",
            ]
        )
    }

    @Test func `a missing headroom tries votes and temperature alone, and then gives up`() async throws {
        var settings = DaemonSettings()
        (settings.round.headroom.questions, settings.round.headroom.least) = (50, 0.02)
        let bench = try Bench(settings: settings, loopOptions: options { $0.escalation = LeverID.all })

        try await bench.running {
            for _ in 0..<3 { bench.rounds.end(.noHeadroom) }
            let event = try await bench.next(.plateau)
            #expect(event.stop == .deadEnd)
            #expect(event.message.hasPrefix("no headroom (+0.0 points: vote of "))
            #expect(event.message.contains("not tried, since a missing headroom stays what it is with them"))
            #expect(event.message.hasSuffix("restartFromBase, scpo (stop: dead_end)"))
        }

        #expect(try await levers(bench) == ["own", "votes", "temperature"])
        let second = try await bench.store.round(RoundID(rawValue: 2)).configuration
        #expect(second.headroom.votes == 32 && second.generate.candidates == 30)
    }

    @Test func `a person's resume tries everything again, from the own settings on`() async throws {
        let bench = try Bench(loopOptions: options { $0.escalation = [.votes] })

        try await bench.running {
            for _ in 0..<2 { bench.rounds.end(.reject) }
            _ = try await bench.next(.plateau)
            try await waitUntil { await bench.loop.stopReason == .deadEnd }
            try await bench.loop.resume()
            for _ in 0..<2 { bench.rounds.end(.reject) }
            let event = try await bench.next(.plateau)
            #expect(event.stop == .deadEnd)
        }

        #expect(try await levers(bench) == ["own", "votes", "own", "votes"])
    }

    @Test func `a run that is ended at every round decides as one that never was`() async throws {
        let loopOptions = options {
            $0.escalation = [.votes, .temperature, .scpo]
            $0.escalateAfter = 2
            $0.rounds = 12
        }
        let whole = try Bench(loopOptions: loopOptions)
        let ends = (0..<12).map { $0 % 7 == 5 ? FakeRounds.End.promote : .reject }
        try await whole.running {
            for end in ends { whole.rounds.end(end) }
            _ = try await whole.next(.completed)
        }

        let directory = try TemporaryDirectory()
        var found: [String] = []
        for (place, end) in ends.enumerated() {
            let part = try await Bench.again(in: directory, loopOptions: loopOptions)
            try await part.running {
                // Often the next round has begun when the process ends: the one after it takes it up.
                _ = try await part.rounds.nextBegun()
                part.rounds.end(end)
                _ = try await part.next(place % 7 == 5 ? .roundPromoted : .roundRejected)
            }
            found = try await levers(part)
        }

        #expect(found.prefix(12).elementsEqual(try await levers(whole)))
        #expect(Set(found) == ["own", "votes", "temperature", "scpo"])
    }

    private func waitUntil(_ holds: () async throws -> Bool) async throws {
        while try await !holds() { await Task.yield() }
    }
}
