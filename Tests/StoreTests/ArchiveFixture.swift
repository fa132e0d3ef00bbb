import Foundation
import GRDB
import Loop
import Store

extension ScoreName {
    static let length = ScoreName(rawValue: "length")
}

/// What every query on rounds answers.
struct RoundAnswers: Equatable {
    var candidates: [[Candidate]] = []
    var counts: [Int] = []
    var ranks: [Int?] = []
    var waves: [[Wave]] = []
    var kept: [[Candidate]] = []
    var cards: [FileContent] = []
    var rounds: [RoundRecord] = []
    var totals = JournalTotals()

    init(_ store: JournalStore) async throws {
        totals = try await store.totals()
        for outline in try await store.rounds() {
            let id = outline.id
            rounds.append(try await store.round(id))
            waves.append(try await store.waves(of: id))
            let all = try await store.candidates(of: id)
            candidates.append(all)
            for part in CandidatePart.allCases {
                candidates.append(try await store.candidates(of: id, part))
            }
            for question in [nil] + Set(all.map(\.question)).sorted() {
                candidates.append(try await store.candidates(of: id, after: question))
                let filters = [
                    CandidateFilter(question: question), CandidateFilter(verdict: .kept, question: question),
                    CandidateFilter(reason: .outvoted, question: question, leastDSWeight: 1.05),
                ]
                for filter in filters {
                    candidates.append(try await store.candidates(of: id, filter, offset: 1, limit: 3))
                    counts.append(try await store.candidateCount(of: id, filter))
                }
            }
            for candidate in all {
                let (rank, count) = try await store.weightRank(of: candidate)
                ranks += [rank, count]
            }
        }
        for checkpoint in try await store.checkpoints() {
            kept.append(try await store.keptCandidates(upTo: checkpoint.id))
            cards.append(try await store.modelCard(of: checkpoint.id, as: .adapter, model: .tiny))
        }
    }
}

extension JournalStore {
    /// Promoted rounds with candidates of every kind, in two waves each.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - textLength: Characters of each text, about.
    /// - Throws: `StoreError`.
    func fillRounds(_ count: Int, textLength: Int = 40) async throws {
        if try await questionCounts()[.train] == 0 { try await add(trainQuestions) }
        let ids = try await questions(in: .train).map(\.id)
        var configuration = RoundConfiguration()
        configuration.generate.candidates = 4
        for _ in 0..<count {
            var round = try await beginRound(
                seed: 7,
                configuration: configuration,
                waves: [[ids[1], ids[0]], [ids[2]]],
                events: [RoundEvent(.roundStarted, message: "begins")]
            )
            for wave in try await waves(of: round.id) {
                let candidates = wave.questions.flatMap { id in
                    (0..<4).map { index in
                        var made = candidate(round.id, id, index)
                        made.text = String(
                            repeating: "Zahl \(round.id).\(id).\(index) é ",
                            count: textLength / 12 + 1
                        )
                        return made
                    }
                }
                try await commitWave(wave, of: round.id, candidates: candidates, seconds: 1)
            }
            let settled = try await candidates(of: round.id).map(Self.settled)
            round.phase = .evaluate
            round.report.generatedCount = settled.count
            try await advance(round, candidates: settled, events: [])
            round = try await recordCheckpoint(files: adapterFiles(), round: round, events: [])
            round.outcome = .promoted
            round.phase = .report
            try await decide(round, events: [RoundEvent(.roundPromoted, message: "promoted")])
            round.finishedAt = ""
            try await advance(round, candidates: [], events: [])
        }
    }

    private static func settled(_ candidate: Candidate) -> Candidate {
        var candidate = candidate
        let share = Double(candidate.question.rawValue) / 10 + Double(candidate.index) / 100
        candidate.answer = candidate.index < 3 ? "3" : nil
        candidate.consistency = 0.75
        if candidate.index > 0 {
            candidate.loss = 0.1 + share
            candidate.scores[.ds] = 1 + share
            candidate.scores[.length] = Double(candidate.index) / 3
        }
        switch candidate.index {
        case 0: candidate.settle(.kept, .selected)
        case 1: candidate.settle(.dropped, .outvoted)
        case 2: candidate.settle(.dropped, .tooLong)
        default: candidate.settle(.dropped, .unparsed)
        }
        return candidate
    }
}

extension TemporaryState {
    /// Runs statements on the journal through a connection of their own, whatever they refer to.
    func change(_ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path + "/journal.sqlite", configuration: configuration)
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: sql)
        }
        try queue.close()
    }

    /// One number of the journal.
    func number(_ sql: String) throws -> Int {
        let queue = try DatabaseQueue(path: path + "/journal.sqlite")
        defer { try? queue.close() }
        return try queue.read { db in try Int.fetchOne(db, sql: sql) } ?? -1
    }
}
