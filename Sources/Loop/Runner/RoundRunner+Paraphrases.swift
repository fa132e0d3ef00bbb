extension RoundRunner {
    /// What a round's paraphrases are held to; nil where the settings ask for none.
    func paraphraseRules(of round: RoundRecord) async throws -> ParaphraseRules? {
        guard round.configuration.generate.paraphrases > 0 else { return nil }
        var questions: [QuestionInput] = []
        for split in Split.allCases {
            questions += try await store.questions(in: split, of: round.id).map(\.content)
        }
        return ParaphraseRules(questions)
    }

    /// Lets the active model put those of a wave's questions into other words that have one wording alone, and
    /// records what is kept.
    ///
    /// It is recorded before a candidate is sampled: which words a candidate sees follows from the record, so
    /// that a round taken up again between the two goes on with the same. For that reason a paraphrase is held
    /// to one greedy answer and not to the vote, which comes after.
    ///
    /// - Parameters:
    ///   - wave: The wave; its questions that have a record of this round are not asked again.
    ///   - round: The round.
    ///   - rules: What texts are held to.
    ///   - questions: Get their paraphrases.
    /// - Throws: An error of engine or store.
    func paraphrase(
        _ wave: Wave,
        of round: RoundRecord,
        by rules: ParaphraseRules,
        questions: inout [QuestionID: Question]
    ) async throws {
        let configuration = round.configuration
        let known = Set(try await store.paraphrases(of: round.id).map(\.question))
        let lengths = try lengths(of: configuration)
        let open = wave.questions.compactMap { questions[$0] }.filter {
            !known.contains($0.id) && configuration.wordings(of: $0.content).count == 1
                && lengths?.excessInGeneration($0.content) == nil
        }
        guard !open.isEmpty else { return }
        var drafts = try await drafts(for: open, round: round)
        for place in drafts.indices {
            drafts[place].sort(by: rules) { lengths?.excessInGeneration($0) != nil }
        }
        try await keepAnsweredAlike(&drafts, round: round)
        let records = drafts.map(\.record)
        try await store.commitParaphrases(records, of: round.id)
        for (draft, record) in zip(drafts, records) {
            var content = draft.question.content
            content.paraphrases = record.texts
            questions[record.question] = Question(id: record.question, content: content)
        }
    }

    /// What the round's paraphrases came to; nil where the settings ask for none.
    func paraphraseReport(of round: RoundRecord) async throws -> ParaphraseReport? {
        guard round.configuration.generate.paraphrases > 0 else { return nil }
        return ParaphraseReport(try await store.paraphrases(of: round.id))
    }

    /// What the model writes for each question, as it is.
    private func drafts(for questions: [Question], round: RoundRecord) async throws -> [ParaphraseDraft] {
        let prompts = try prompts(of: round)
        var settings = round.configuration.generate
        let count = settings.paraphrases
        settings.candidates = count
        var drafts = questions.map { ParaphraseDraft($0) }
        // A line that ends a question of one line must not end one of several.
        for isOneLine in [true, false] {
            var (places, requests): ([Int], [GenerationRequest]) = ([], [])
            for (place, question) in questions.enumerated()
            where question.content.text.contains(where: \.isNewline) != isOneLine {
                let text = ParaphrasePrompt.text(for: question.content)
                let prompt = prompts.brief.render(Prompt([Prompt.Message(.user, text)]))
                let fits = engine.ruler.map { $0.count(prompt) + settings.maxNewTokens <= $0.contextLength }
                guard fits ?? true else {
                    drafts[place].refusals = Array(repeating: .long, count: count)
                    continue
                }
                places.append(place)
                requests.append(GenerationRequest(question: question.id, prompt: prompt, count: count))
            }
            guard !requests.isEmpty else { continue }
            settings.stop = isOneLine ? ["\n"] : []
            let replies = try await paraphraseReplies(to: requests, settings, round: round)
            for (number, place) in places.enumerated() {
                drafts[place].replies = Array(replies[number * count..<(number + 1) * count])
            }
        }
        return drafts
    }

    /// Refuses what the model does not answer as it answers the question; a question without a readable
    /// answer keeps none.
    private func keepAnsweredAlike(_ drafts: inout [ParaphraseDraft], round: RoundRecord) async throws {
        let prompts = try prompts(of: round)
        let configuration = round.configuration
        var settings = configuration.writing
        (settings.temperature, settings.topP, settings.topK, settings.candidates) = (0, 1, 0, 1)
        let requests = drafts.flatMap { draft -> [GenerationRequest] in
            draft.wordings.enumerated().map { index, text in
                var shown = draft.question.content
                shown.text = text
                return GenerationRequest(
                    question: draft.question.id,
                    prompt: prompts.generationPrompt(for: shown),
                    count: 1,
                    firstIndex: index
                )
            }
        }
        guard !requests.isEmpty else { return }
        let written = prompts.whole(
            try await paraphraseReplies(
                to: requests,
                settings,
                round: round,
                prefix: prompts.generationPrefix
            )
        )
        let judge = try catalog.judge(configuration)
        var start = 0
        for place in drafts.indices where !drafts[place].texts.isEmpty {
            let content = drafts[place].question.content
            let own = Array(written[start..<start + drafts[place].wordings.count])
            start += own.count
            let extractor = try AnswerExtractor(
                configuration: configuration,
                question: content,
                kinds: catalog.answerKinds
            )
            let judged = try await judge?.checkedReadings(of: own.map(\.text), question: content)
            let answers =
                judged.map { $0.map { $0.answer?.canonical } }
                ?? own.map { extractor.answer(in: $0.text, isCut: $0.finish == .length)?.canonical }
            drafts[place].keep(
                answeredAlike: extractor.kind.voteKeys(answers),
                tokenCount: own.reduce(0) { $0 + $1.tokenCount }
            )
        }
    }

    private func paraphraseReplies(
        to requests: [GenerationRequest],
        _ settings: GenerateSettings,
        round: RoundRecord,
        prefix: PromptText = ""
    ) async throws -> [GeneratedText] {
        let replies = try await engine.generate(
            requests,
            prefix: prefix,
            settings: settings,
            key: key(of: round).stream(.paraphrases),
            progress: progress(of: round, unit: "paraphrases")
        )
        let count = requests.reduce(0) { $0 + $1.count }
        guard replies.count == count else {
            throw LoopError(
                .engineReply,
                "the engine wrote \(replies.count) of \(count) texts for paraphrases; report this as a defect of the engine"
            )
        }
        return replies
    }
}

/// One question on its way to its record.
private struct ParaphraseDraft {
    let question: Question
    var replies: [GeneratedText] = []
    var texts: [String] = []
    var refusals: [ParaphraseRefusal] = []
    private var answerTokenCount = 0

    init(_ question: Question) { self.question = question }

    /// The question's own words and what may be kept; none where nothing may.
    var wordings: [String] { texts.isEmpty ? [] : [question.content.text] + texts }

    var record: ParaphraseRecord {
        ParaphraseRecord(
            question: question.id,
            texts: texts,
            refusals: Dictionary(refusals.map { ($0.rawValue, 1) }, uniquingKeysWith: +),
            tokenCount: replies.reduce(answerTokenCount) { $0 + $1.tokenCount }
        )
    }

    mutating func sort(by rules: ParaphraseRules, isLong: (QuestionInput) -> Bool) {
        let sorted = rules.sorted(replies, of: question.content) { text in
            var shown = question.content
            shown.text = text
            return isLong(shown)
        }
        texts = sorted.texts
        refusals += sorted.refusals
    }

    /// Keeps texts whose key is that of the question's own words, which comes first.
    mutating func keep(answeredAlike keys: [String?], tokenCount: Int) {
        answerTokenCount = tokenCount
        let alike = zip(texts, keys.dropFirst()).filter { $1 != nil && $1 == keys[0] }.map(\.0)
        refusals += Array(repeating: .answer, count: texts.count - alike.count)
        texts = alike
    }
}
