import Loop
import Store
import Testing

/// What phases read of a round besides all of it.
@Suite struct CandidatePartTests {
    let state = TemporaryState()

    @Test func `parts of a round are those that their names say`() async throws {
        let store = try state.open()
        let ids = try await store.add(trainTexts.map { question($0) })
        let round = try await store.beginRound(
            seed: 1,
            configuration: RoundConfiguration(),
            waves: [ids],
            events: []
        )
        var candidates = ids.flatMap { id in (0..<4).map { candidate(round.id, id, $0) } }
        let wave = Wave(index: 0, questions: ids)
        try await store.commitWave(wave, of: round.id, candidates: candidates, seconds: 1)
        let settled: [(Verdict, VerdictReason)] = [
            (.kept, .selected), (.dropped, .tooLong), (.dropped, .quarantined), (.dropped, .outvoted),
        ]
        for (index, (verdict, reason)) in settled.enumerated() { candidates[index].settle(verdict, reason) }
        try await store.advance(round, candidates: Array(candidates[..<4]), events: [])

        for part in CandidatePart.allCases {
            var wanted = candidates.filter(part.contains)
            if part == .withoutTexts { for index in wanted.indices { wanted[index].text = "" } }
            #expect(try await store.candidates(of: round.id, part) == wanted, "\(part)")
        }
        #expect(candidates.filter(CandidatePart.training.contains).count == 3)
    }

    @Test func `pages hold whole questions, the one that goes on behind a page's end too`() async throws {
        let store = try state.open()
        let ids = try await store.add((trainTexts + ["What is 7 + 8?"]).map { question($0) })
        let round = try await store.beginRound(
            seed: 1,
            configuration: RoundConfiguration(),
            waves: [ids],
            events: []
        )
        let candidates = zip(ids, [6_000, 6_000, 6_000, 10]).flatMap { id, count in
            (0..<count).map { candidate(round.id, id, $0) }
        }
        let wave = Wave(index: 0, questions: ids)
        try await store.commitWave(wave, of: round.id, candidates: candidates, seconds: 1)

        let first = try await store.candidates(of: round.id, after: nil)
        let second = try await store.candidates(of: round.id, after: first.last?.question)
        let third = try await store.candidates(of: round.id, after: second.last?.question)

        #expect(first.count == 18_000)
        #expect(first + second == candidates)
        #expect(third.isEmpty)
    }
}
