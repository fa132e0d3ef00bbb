extension RoundConfiguration {
    /// Checks every value against its range.
    ///
    /// - Throws: `LoopError` `invalidConfiguration` for the first value out of range, naming the key's
    ///   path, the value and the range.
    public func validate() throws {
        try prompt.validate()
        try generate.validate()
        try vote.validate()
        try select.validate()
        try finetune.validate()
        try gate.validate()
        try collapse.validate()
    }
}

extension PromptSettings {
    func validate() throws {
        let parts = template.ranges(of: Self.placeholder)
        guard parts.count == 1 else {
            throw Limit.error(
                "prompt.template",
                "holds {question} \(parts.count) times",
                "it must hold it once"
            )
        }
        guard answerCue.contains(where: { !$0.isWhitespace }) else {
            throw Limit.error("prompt.answerCue", "is empty", "it must be a phrase such as \"The answer is\"")
        }
        guard !answerCue.contains(where: \.isNewline) else {
            throw Limit.error("prompt.answerCue", "holds a line break", "it must stand on one line")
        }
    }
}

extension GenerateSettings {
    func validate() throws {
        try Limit.check(candidates, 1...4096, "generate.candidates")
        try Limit.check(temperature, 0...10, "generate.temperature")
        try Limit.checkShare(topP, "generate.topP")
        try Limit.check(topK, 0...1_000_000, "generate.topK")
        try Limit.check(maxNewTokens, 1...32_768, "generate.maxNewTokens")
        try Limit.check(waveQuestions, 1...100_000, "generate.waveQuestions")
        try Limit.check(questionsPerRound, 0...10_000_000, "generate.questionsPerRound")
        guard stop.count <= 64 else {
            throw Limit.error("generate.stop", "has \(stop.count) strings", "at most 64 are allowed")
        }
        guard !stop.contains("") else {
            throw Limit.error("generate.stop", "holds an empty string", "remove it")
        }
    }
}

extension VoteSettings {
    func validate() throws {
        try Limit.check(minVotes, 1...4096, "vote.minVotes")
        try Limit.check(minShare, 0...1, "vote.minShare")
    }
}

extension SelectSettings {
    func validate() throws {
        // One basis point is the finest share that the cut counts in.
        try Limit.check(keep, 0.01...100, "select.keep")
    }
}

extension FinetuneSettings {
    func validate() throws {
        try Limit.check(rank, 1...1024, "finetune.rank")
        try Limit.checkPositive(alpha, 65_536, "finetune.alpha")
        guard !targetModules.isEmpty else {
            throw Limit.error("finetune.targetModules", "is empty", "name at least one layer such as q_proj")
        }
        guard Set(targetModules).count == targetModules.count else {
            throw Limit.error("finetune.targetModules", "names a layer twice", "name each once")
        }
        try Limit.checkPositive(learningRate, 1, "finetune.learningRate")
        try Limit.check(epochs, 1...1000, "finetune.epochs")
        try Limit.check(batch, 1...65_536, "finetune.batch")
        try Limit.check(warmup, 0...1, "finetune.warmup")
        try Limit.check(clip, 0...1_000_000, "finetune.clip")
        try Limit.check(weightDecay, 0...1, "finetune.weightDecay")
        try Limit.check(maxTokens, 2...131_072, "finetune.maxTokens")
        try Limit.check(saveEverySteps, 1...1_000_000, "finetune.saveEverySteps")
    }
}

extension GateSettings {
    func validate() throws {
        try Limit.check(tolerance, 0...1, "gate.tolerance")
        try Limit.check(significance, 0...1, "gate.significance")
        try Limit.check(minDiversity, 0...1, "gate.minDiversity")
        try Limit.check(patience, 1...1000, "gate.patience")
    }
}

extension CollapseSettings {
    func validate() throws {
        try Limit.check(minEntropy, 0...1, "collapse.minEntropy")
        try Limit.check(minDistinctAnswers, 0...4096, "collapse.minDistinctAnswers")
        try Limit.check(minMeanTokens, 0...32_768, "collapse.minMeanTokens")
        try Limit.check(minParsedShare, 0...1, "collapse.minParsedShare")
        try Limit.check(maxDuplicateShare, 0...1, "collapse.maxDuplicateShare")
        try Limit.check(maxLengthChange, 1...1_000_000, "collapse.maxLengthChange")
    }
}

/// Range checks with one kind of message.
///
/// NaN and infinity lie in no range.
private enum Limit {
    static func check<Value: Comparable>(_ value: Value, _ range: ClosedRange<Value>, _ key: String) throws {
        guard range.contains(value) else {
            throw error(key, "is \(value)", "allowed are \(range.lowerBound) to \(range.upperBound)")
        }
    }

    static func checkShare(_ value: Double, _ key: String) throws {
        guard value > 0, value <= 1 else {
            throw error(key, "is \(value)", "allowed are values above 0 and up to 1")
        }
    }

    static func checkPositive(_ value: Double, _ largest: Double, _ key: String) throws {
        guard value > 0, value <= largest else {
            throw error(key, "is \(value)", "allowed are values above 0 and up to \(largest)")
        }
    }

    static func error(_ key: String, _ fault: String, _ remedy: String) -> LoopError {
        LoopError(.invalidConfiguration, "\(key) \(fault); \(remedy)")
    }
}
