extension RoundConfiguration {
    /// Settings that nothing in this configuration looks at: most likely a filter or format is missing.
    func unusedSettingsAdvice() -> [String] {
        filterAdvice() + systemAdvice() + thinkingAdvice() + shotsAdvice() + switchAdvice()
    }

    /// Sections that have a switch of their own.
    private func switchAdvice() -> [String] {
        var (closed, unmeasured) = (CurriculumSettings(), HeadroomSettings())
        (closed.enabled, unmeasured.questions) = (curriculum.enabled, headroom.questions)
        var advice: [String] = []
        if headroom.questions == 0, headroom != unmeasured {
            advice.append(
                "headroom.least or headroom.votes is set, but headroom.questions 0 measures nothing; set headroom.questions, or "
                    + "leave them out"
            )
        }
        if !curriculum.enabled, curriculum != closed {
            advice.append(
                "settings of curriculum are set, but curriculum.enabled is false; enable it, or leave them out"
            )
        }
        return advice
    }

    private func filterAdvice() -> [String] {
        let (own, plain) = (select, SelectSettings())
        let names = own.filterNames(dedupes: vote.dedupe)
        let known: [(key: String, isSet: Bool, users: [FilterName])] = [
            ("dsSide", own.shift.side != plain.shift.side, [.ds]),
            ("bandEdge", own.shift.edge != plain.shift.edge, [.lossBand]),
            ("weightClip", own.shift.weightClip != plain.shift.weightClip, [.iwsiW]),
            ("ifdShare", own.rank.ifdShare != plain.rank.ifdShare, [.ifdTop]),
            ("diversityShare", own.rank.diversityShare != plain.rank.diversityShare, [.difficultyDiversity]),
            ("diversityGamma", own.rank.diversityGamma != plain.rank.diversityGamma, [.difficultyDiversity]),
            ("shortShare", own.rank.shortShare != plain.rank.shortShare, [.shortest]),
            ("ratingPrompt", own.ratingPrompt != plain.ratingPrompt, [.selfRating]),
            ("entropyRule", own.entropy.rule != plain.entropy.rule, [.entropy]),
            ("entropyLimit", own.entropy.limit != plain.entropy.limit, [.entropy]),
            ("bandLower", own.band.lower != plain.band.lower, [.voteBand]),
            ("bandUpper", own.band.upper != plain.band.upper, [.voteBand]),
            ("bandRise", own.band.rise != plain.band.rise, [.voteBand]),
            ("bandFloor", own.band.floor != plain.band.floor, [.voteBand]),
            ("secondViewCount", own.secondView.count != plain.secondView.count, [.secondView]),
            ("secondViewShare", own.secondView.share != plain.secondView.share, [.secondView]),
            ("budget", own.budget != plain.budget, [.budget, .maxMin]),
            ("rewardCommand", own.outside.rewardCommand != plain.outside.rewardCommand, [.rewardModel]),
            ("rewardRule", own.outside.rewardRule != plain.outside.rewardRule, [.rewardModel]),
            ("rewardLimit", own.outside.rewardLimit != plain.outside.rewardLimit, [.rewardModel]),
            ("smallModel", own.outside.smallModel != plain.outside.smallModel, [.smallModelScore]),
            (
                "smallModelShare", own.outside.smallModelShare != plain.outside.smallModelShare,
                [.smallModelScore]
            ),
            ("balance", own.balance != plain.balance, [.balance]),
        ]
        return known.filter { $0.isSet && !names.contains(where: $0.users.contains) }.map { key, _, users in
            "select.\(key) is set, but only filter \(users.map(\.rawValue).joined(separator: " or ")) looks at it; add it to "
                + "select.filters, or leave the setting out"
        }
    }

    private func thinkingAdvice() -> [String] {
        let plain = PromptSettings()
        guard prompt.thinking == .on else {
            guard prompt.thinkingTokens != plain.thinkingTokens else { return [] }
            return [
                "prompt.thinkingTokens \(prompt.thinkingTokens) is set, but prompt.thinking is off; set it to on, or leave "
                    + "the tokens out"
            ]
        }
        if prompt.format == .plain {
            return [
                "prompt.thinking is on, but only prompt.format chat has a place for it; set the format, or leave it off"
            ]
        }
        guard prompt.format == .chat, finetune.maxTokens <= prompt.thinkingTokens else { return [] }
        return [
            "finetune.maxTokens \(finetune.maxTokens) leaves no room for prompt.thinkingTokens \(prompt.thinkingTokens): texts "
                + "that think that long are dropped; raise the one or lower the other"
        ]
    }

    private func shotsAdvice() -> [String] {
        guard prompt.format == .plain, prompt.shotsAs != PromptSettings().shotsAs else { return [] }
        return [
            "prompt.shotsAs is \(prompt.shotsAs.rawValue), but prompt.format plain has no turns; set the format to chat, or "
                + "leave it out"
        ]
    }

    private func systemAdvice() -> [String] {
        guard !prompt.system.isEmpty, prompt.format == .plain else { return [] }
        return [
            "prompt.system is set, but only prompt.format chat has a place for it; set the format, or write it into "
                + "prompt.template"
        ]
    }
}
