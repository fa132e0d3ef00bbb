extension RoundConfiguration {
    /// Votes that the winner of a question needs: `vote.minVotes`, or `vote.minShare` of all candidates.
    ///
    /// 1 where no filter asks for the vote.
    var neededVotes: Int {
        guard select.filterNames(dedupes: vote.dedupe).contains(.vote) else { return 1 }
        // The first number of votes that `MajorityVote` lets through.
        let count = generate.candidates
        let byShare =
            (0...count).first { Double($0) / Double(max(count, 1)) >= vote.minShare - 1e-12 } ?? count
        return max(vote.minVotes, byShare, isGrouped ? 2 : 1)
    }

    /// Whether the vote groups answers, so that one alone is no majority.
    private var isGrouped: Bool { AnswerKinds.standard[vote.answerKind]?.isGrouped == true }

    /// Whether all candidates of a question are the same text; those that see it in several views need not
    /// be.
    var isGreedy: Bool {
        (generate.temperature == 0 || generate.topK == 1)
            && !(generate.permuteOptions && vote.answerKind == .choice) && generate.views == .none
    }

    /// Checks that a round can keep a candidate and pass the bounds at all, whatever the model writes.
    ///
    /// For settings that a person gives; records of rounds are not held to it.
    ///
    /// - Throws: `LoopError` `invalid_configuration` with keys, values and what to change.
    public func checkSense() throws(LoopError) {
        for fault in [
            readerFault, voteFault, bandFault, entropyFault, lengthFault, stopFault, objectiveFault,
            outsideFault, gateFault, referenceFault, secondViewFault, curriculumFault,
            contendersFault, paraphraseFault,
        ] {
            if let fault { throw LoopError(.invalidConfiguration, fault) }
        }
    }

    private var curriculumFault: String? {
        guard curriculum.enabled, curriculum.floorShare > curriculum.solvedShare else { return nil }
        return
            "curriculum.floorShare \(curriculum.floorShare) is above curriculum.solvedShare \(curriculum.solvedShare), so that "
            + "a level that has opened is closed again; lower curriculum.floorShare"
    }

    /// Paraphrases that nobody would see, or that cannot be compared.
    private var paraphraseFault: String? {
        let count = generate.paraphrases
        guard count > 0 else { return nil }
        if isGrouped {
            return
                "generate.paraphrases is \(count), but answers of kind \(vote.answerKind) cannot be compared one by one, so that no "
                + "paraphrase could be kept; set it to 0"
        }
        guard generate.views != .variants, generate.views != .all else { return nil }
        return
            "generate.paraphrases is \(count), but with generate.views \(generate.views.rawValue) no candidate would see one; set "
            + "generate.views to variants or all, or generate.paraphrases to 0"
    }

    /// A level that nothing looks at over the run.
    private var gateFault: String? {
        guard gate.spending == .overRun, gate.rule != .better else { return nil }
        return
            "gate.spending overRun spreads the test for a gain over the run, but gate.rule \(gate.rule.rawValue) has none; "
            + "set gate.rule to better, or gate.spending to perRound"
    }

    private var voteFault: String? {
        let count = generate.candidates
        if isGrouped, count == 1, neededVotes > count {
            return
                "vote.answerKind is \(vote.answerKind), whose vote wants two candidates that agree, but a question has only "
                + "generate.candidates \(count), so that no candidate is ever kept; raise generate.candidates"
        }
        if neededVotes > count {
            return
                "vote.minVotes is \(vote.minVotes), but a question has only generate.candidates \(count), so that no "
                + "candidate is ever kept; lower vote.minVotes or raise generate.candidates"
        }
        let distinct = collapse.minDistinctAnswers
        if distinct > Double(count) {
            return
                "collapse.minDistinctAnswers is \(distinct), but a question has only generate.candidates \(count), so that "
                + "every round is rejected; lower it or raise generate.candidates"
        }
        if distinct == Double(count), neededVotes > 1 {
            return
                "collapse.minDistinctAnswers \(distinct) asks for another answer from each of the \(count) candidates, "
                + "vote.minVotes \(vote.minVotes) and vote.minShare \(vote.minShare) ask for \(neededVotes) that agree; "
                + "lower one of them"
        }
        return nil
    }

    /// No number of votes is within the band of shares.
    private var bandFault: String? {
        guard select.filterNames(dedupes: vote.dedupe).contains(.voteBand) else { return nil }
        let (count, band) = (generate.candidates, select.band)
        let isPossible = (1...max(count, 1)).contains { votes in
            let share = Double(votes) / Double(max(count, 1))
            return share <= band.upper + 1e-12 && (share >= band.lower - 1e-12 || band.floor > 0)
        }
        return isPossible
            ? nil
            : "select.bandLower \(band.lower) to select.bandUpper \(band.upper) lets no question pass: with "
                + "generate.candidates \(count) no winner can have such a share; lower select.bandLower, raise "
                + "select.bandUpper or raise generate.candidates"
    }

    private var entropyFault: String? {
        let isAlone = generate.candidates == 1
        guard isGreedy || isAlone else { return nil }
        let cause =
            isAlone
            ? "generate.candidates is 1, so that each question has one answer"
            : "generate.temperature \(generate.temperature) with generate.topK \(generate.topK) writes the same "
                + "candidate each time"
        let remedy = isAlone ? "raise generate.candidates" : "raise generate.temperature"
        if collapse.minEntropy > 0 {
            return "collapse.minEntropy is \(collapse.minEntropy), but \(cause); set it to 0 or \(remedy)"
        }
        if collapse.minDistinctAnswers > 1 {
            return
                "collapse.minDistinctAnswers is \(collapse.minDistinctAnswers), but \(cause); set it to 0 or \(remedy)"
        }
        let repeated = 1 - 1 / Double(generate.candidates)
        if repeated > collapse.maxDuplicateShare {
            return
                "collapse.maxDuplicateShare is \(collapse.maxDuplicateShare), but \(cause); set it to 1 or \(remedy)"
        }
        return nil
    }

    private var lengthFault: String? {
        let (least, most) = (collapse.minMeanTokens, writing.maxNewTokens)
        guard least > Double(most) else { return nil }
        return
            "collapse.minMeanTokens is \(least), but a candidate ends after \(writingKeys) \(most), so that every "
            + "round is rejected; lower it or raise generate.maxNewTokens"
    }

    /// No question can have as many views as must agree.
    private var secondViewFault: String? {
        guard select.filterNames(dedupes: vote.dedupe).contains(.secondView) else { return nil }
        // The first round is the base model's.
        let wordings = generate.views == .none || !generate.viewsFromBase ? 1 : generate.viewCount
        let orders = generate.permuteOptions && vote.answerKind == .choice ? OptionOrder.mostOptions : 1
        let most = min(wordings * orders, generate.candidates)
        guard most < select.secondView.count else { return nil }
        return
            "filter secondView needs \(select.secondView.count) views that agree, but with generate.views "
            + "\(generate.views.rawValue)\(generate.viewsFromBase ? "" : ", generate.viewsFromBase false") and generate.candidates \(generate.candidates) a question has at most \(most), so that "
            + "no candidate is kept; set generate.views and generate.viewsFromBase, raise generate.viewCount and generate.candidates, or lower "
            + "select.secondViewCount"
    }

    /// What the model answers to valid questions must be read without a judge, and outside groups.
    private var referenceFault: String? {
        guard select.shift.reference == .own, let kind = AnswerKinds.standard[vote.answerKind],
            kind.isJudged || kind.isGrouped
        else { return nil }
        return
            "select.dsReference is own, but answers of kind \(vote.answerKind) cannot be read from a text alone; set it to "
            + "current or base"
    }

    /// The released code reads the kinds that it had.
    private var readerFault: String? {
        guard vote.extractor == .authors, let kind = AnswerKinds.standard[vote.answerKind],
            !(kind is any FirstEditionKind.Type)
        else { return nil }
        return
            "vote.extractor is authors, whose rules read no answers of kind \(vote.answerKind), so that no candidate is "
            + "ever kept; set it to strict"
    }

    /// A stop string within the mark of an answer ends every candidate before it.
    private var stopFault: String? {
        // Texts that may think are not ended by strings.
        guard vote.extractor == .strict, !writing.stop.isEmpty else { return nil }
        for mark in answer.pattern.marks(cue: prompt.answerCue, tag: answer.tag) {
            guard let stop = generate.stop.first(where: mark.contains) else { continue }
            let place =
                answer.pattern == .cue
                ? "prompt.answerCue \(mark.settingText)"
                : "the mark \(mark.settingText) of answer.pattern \(answer.pattern.rawValue)"
            return
                "generate.stop holds \(stop.settingText), which is part of \(place): every candidate would end before "
                + "its answer; remove it from generate.stop"
        }
        return nil
    }
}
