import Loop
import Store
import Testing

/// Aims: 50 ms for a wave of 500, 200 ms for reading 10,000.
///
/// The bounds are ten times that, since other tests
/// flush to the same disk: they catch a lost index or a transaction per row, not a busy neighbour.
@Suite(.serialized) struct JournalStoreSpeedTestsSerial {
    let state = TemporaryState()

    @Test func `a wave of 500 commits and 10,000 candidates are read at once`() async throws {
        let store = try state.open()
        let ids = try await store.add((0..<1_000).map { question("question \($0)?") })
        let waves = (0..<20).map { wave in Array(ids[(wave * 50)..<(wave * 50 + 50)]) }
        let round = try await store.beginRound(
            seed: 1,
            configuration: RoundConfiguration(),
            waves: waves,
            events: []
        )
        let clock = ContinuousClock()
        var times: [Duration] = []

        for (index, questions) in waves.enumerated() {
            let candidates = questions.flatMap { id in (0..<10).map { candidate(round.id, id, $0) } }
            let wave = Wave(index: index, questions: questions)
            let time = try await clock.measure {
                try await store.commitWave(wave, of: round.id, candidates: candidates, seconds: 1)
            }
            times.append(time)
        }
        var count = 0
        let reading = try await clock.measure { count = try await store.candidates(of: round.id).count }

        #expect(count == 10_000)
        let median = times.sorted()[times.count / 2]
        #expect(median < .milliseconds(500), "\(median)")
        #expect(reading < .milliseconds(2_000), "\(reading)")
    }
}
