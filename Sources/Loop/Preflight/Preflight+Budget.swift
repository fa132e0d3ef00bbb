extension Preflight {
    /// Whether measuring costs so much less than the first round that it is worth doing unasked.
    ///
    /// - Parameter sample: Gate questions asked at most.
    /// - Returns: False also where there is no question to ask.
    public func isCheap(sample: Int) -> Bool {
        guard let count = try? answerCount(sample: sample) else { return false }
        let perRound = roundQuestionCount * configuration.generate.candidates
        return Double(count) <= Double(perRound) * PreflightBounds.startShare
    }

    /// How many texts `run` has the engine write.
    func answerCount(sample: Int) throws(LoopError) -> Int {
        let (gate, voters) = try choose(sample)
        let perQuestion = min(configuration.generate.candidates, PreflightBounds.candidates)
        let greedy = gate.asked.count + (voters.split == gate.split ? 0 : voters.asked.count)
        let votes = voters.asked.count * perQuestion
        let grid = otherTemperatures.count * gridCount(voters) * perQuestion
        return 1 + greedy + votes + grid
    }

    /// Questions of a round.
    var roundQuestionCount: Int {
        let trainCount = questions.count { $0.content.split == .train }
        let wanted = configuration.generate.questionsPerRound
        return wanted > 0 ? min(wanted, trainCount) : trainCount
    }

    /// Temperatures of the grid besides the configured one.
    var otherTemperatures: [Double] {
        let configured = configuration.generate.temperature
        return PreflightBounds.temperatures.filter {
            abs($0 - configured) > PreflightBounds.sameTemperature
        }
    }

    /// Questions that each temperature of the grid is asked.
    func gridCount(_ voters: Choice) -> Int {
        max(Int(Double(voters.asked.count) * PreflightBounds.gridShare), 1)
    }
}
