import Loop

/// What two checkpoints make of the same questions, drawn by counter: a question is gained, lost or the same.
struct SimulatedGate {
    /// Questions.
    let count: Int
    /// Share of questions that change.
    let changed: Double
    /// True difference of the accuracies; negative for a new checkpoint that is worse.
    let gain: Double

    private static let random = Philox(seed: 21)

    /// The changes of one gate, question by question: 1 is gained, −1 is lost.
    func draw(_ trial: Int, round: Int = 0) -> [Int] {
        let (gains, all) = ((changed + gain) / 2, changed)
        return (0..<(count + 3) / 4).flatMap { block in
            let words = Self.random.words(UInt32(trial), UInt32(round), UInt32(block), 1)
            return (0..<4).map { place in
                let drawn = Double(words[place]) * 0x1p-32
                if drawn < gains { return 1 }
                return drawn < all ? -1 : 0
            }
        }
        .prefix(count).map { $0 }
    }

    /// The changes of one gate, counted.
    func counts(_ trial: Int, round: Int = 0) -> (gained: Int, lost: Int) {
        let changes = draw(trial, round: round)
        return (changes.count { $0 > 0 }, changes.count { $0 < 0 })
    }

    /// The share of trials in which something is so.
    static func share(of trials: Int, _ isSo: (Int) throws -> Bool) rethrows -> Double {
        Double(try (0..<trials).count(where: isSo)) / Double(trials)
    }
}
