extension RoundConfiguration {
    /// Peak learning rate above which an objective with losing texts is warned about.
    static let highRate = 1e-3

    private var rule: (any ExampleRule)? {
        try? Objectives.standard.configured(by: finetune).examples
    }

    /// Why the objective can find no examples, whatever the model writes; nil when it can.
    var objectiveFault: String? {
        guard let rule, rule.comparesVotes || rule.weighsByMargin else { return nil }
        let name = "finetune.objective \(finetune.objective)"
        guard select.filterNames(dedupes: vote.dedupe).contains(.vote) else {
            return
                "\(name) compares votes, but select.\(filtersKey) has no filter vote; set select.policy to lmsi or "
                + "iwsi, or add vote to select.filters"
        }
        guard rule.comparesVotes else { return nil }
        if select.filterNames(dedupes: vote.dedupe).contains(IWSIWeightFilter.name) {
            return
                "\(name) weighs texts by their votes and looks at no other weight, but select.\(filtersKey) has filter "
                + "iwsiW; remove it, or set finetune.objective to sft or weighted"
        }
        if generate.candidates == 1 || isGreedy {
            return
                "\(name) needs candidates that differ, but generate.candidates is \(generate.candidates), "
                + "generate.temperature \(generate.temperature) and generate.topK \(generate.topK); raise the number of "
                + "candidates and the temperature, or set generate.topK to 0"
        }
        if neededVotes == generate.candidates {
            return
                "\(name) needs candidates that lose, but vote.minVotes \(vote.minVotes) and vote.minShare "
                + "\(vote.minShare) let only questions pass on which all \(generate.candidates) agree; lower them"
        }
        if let key = unanimousKey {
            return
                "\(name) needs candidates that lose, but \(key) lets only questions pass on which all candidates agree "
                + "(generate.candidates \(generate.candidates)); widen it"
        }
        if finetune.startFrom == .base {
            return
                "\(name) compares with the model that wrote the candidates, but finetune.startFrom base begins with "
                + "another; set finetune.startFrom to incumbent"
        }
        return nil
    }

    /// The settings of a filter that leaves questions without losers alone; nil where there is none.
    private var unanimousKey: String? {
        let filters = select.filterNames(dedupes: vote.dedupe)
        let (count, band) = (generate.candidates, select.band)
        if filters.contains(.voteBand), band.floor == 0 {
            let isPossible = (1..<max(count, 2)).contains { votes in
                let share = Double(votes) / Double(max(count, 1))
                return share <= band.upper + 1e-12 && share >= band.lower - 1e-12
            }
            if !isPossible { return "select.bandLower \(band.lower) to select.bandUpper \(band.upper)" }
        }
        // What could not be read adds nothing to the entropy, and can lose where it is wrong.
        let unreadLoses = finetune.objective == .ttrl && finetune.objectives.unreadIsWrong
        if filters.contains(EntropyFilter.name), select.entropy.rule == .threshold, select.entropy.limit == 0,
            !unreadLoses
        {
            return "filter entropy with limit \(select.entropy.limit)"
        }
        return nil
    }

    private var filtersKey: String { select.filters.isEmpty ? "policy \(select.policy.rawValue)" : "filters" }

    /// What the objective's settings hardly mean.
    func objectiveAdvice() -> [String] {
        guard let rule else { return [] }
        let name = "finetune.objective \(finetune.objective)"
        var advice: [String] = []
        if rule.comparesVotes, finetune.learningRate > Self.highRate {
            advice.append(
                "finetune.learningRate \(finetune.learningRate) is high for \(name): texts that lost have no lower bound on "
                    + "how unlikely they become; lower it"
            )
        }
        if finetune.objective == .ttrl, finetune.epochs > 1 {
            advice.append(
                "\(name) is meant for one pass, finetune.epochs is \(finetune.epochs): advantages are of the model that "
                    + "wrote the candidates"
            )
        }
        if rule.comparesVotes, finetune.earlier == .newest {
            advice.append(
                "finetune.earlier is newest, but \(name) trains on a round's own samples alone; leave it out"
            )
        }
        return advice + unusedAdvice()
    }

    /// Settings of another objective than the configured one.
    private func unusedAdvice() -> [String] {
        let (own, plain) = (finetune.objectives, ObjectiveSettings())
        let pairs: Set<ObjectiveID> = [.scpo, .scpoDs, .spinVote, .negOnly]
        let unused: [(key: String, isSet: Bool, users: Set<ObjectiveID>)] = [
            ("beta", own.beta != plain.beta, pairs),
            ("nllWeight", own.nllWeight != plain.nllWeight, [.scpo, .scpoDs]),
            ("pairs", own.pairs != plain.pairs, pairs),
            ("anchorWeight", own.anchorWeight != plain.anchorWeight, [.sodMix]),
            ("clipRatio", own.clipRatio != plain.clipRatio, [.ttrl]),
            ("scaleAdvantages", own.scaleAdvantages != plain.scaleAdvantages, [.ttrl]),
            ("unreadIsWrong", own.unreadIsWrong != plain.unreadIsWrong, [.ttrl]),
        ]
        return unused.filter { $0.isSet && !$0.users.contains(finetune.objective) }.map { key, _, users in
            "finetune.\(key) is set, but only finetune.objective "
                + users.map(\.rawValue).sorted().joined(separator: ", ") + " looks at it"
        }
    }
}
