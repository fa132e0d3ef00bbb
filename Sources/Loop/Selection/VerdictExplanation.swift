/// Why one candidate was kept or dropped, in a paragraph of plain words: the vote, its loss, its DS weight,
/// the cut.
public struct VerdictExplanation: Sendable {
    let candidate: Candidate
    let rivals: [Candidate]
    let round: RoundRecord
    private let rank: Int?
    private let weighedCount: Int
    let question: QuestionInput?
    /// Nil when the question is not known, or this version has no such kind.
    let kind: (any AnswerKind)?
    private let chain: SelectionChain
    let catalog: Catalog

    /// Joins what the paragraph rests on.
    ///
    /// - Parameters:
    ///   - candidate: The candidate.
    ///   - rivals: All candidates of its question in its round, itself included, by index.
    ///   - round: The round.
    ///   - rank: Its place among the round's weighed candidates, from 1, the smallest DS weight first.
    ///   - weighedCount: How many of those there are.
    ///   - question: The question's content, to say why no answer could be read.
    ///   - catalog: The filters and answer kinds there are.
    public init(
        _ candidate: Candidate,
        rivals: [Candidate],
        round: RoundRecord,
        rank: Int?,
        weighedCount: Int,
        question: QuestionInput? = nil,
        catalog: Catalog = .standard
    ) {
        self.candidate = candidate
        self.rivals = rivals
        self.round = round
        self.rank = rank
        self.weighedCount = weighedCount
        self.question = question
        self.catalog = catalog
        let configuration = round.configuration
        kind = question.flatMap {
            catalog.answerKinds[configuration.vote.answerKind]?.init($0, configuration.answer)
        }
        chain = SelectionChain(round.configuration, known: catalog.filters)
    }

    /// An answer with its votes, the winner first, ties in order of first occurrence.
    ///
    /// Where the kind counts several answers as one, the first of them names it.
    public var votes: [(answer: String, count: Int)] {
        let answers = rivals.map(\.answer)
        let keys = kind?.voteKeys(answers) ?? answers
        let pairs = zip(keys, answers).compactMap { key, answer in
            key.flatMap { key in answer.map { (key, $0) } }
        }
        let first = Dictionary(pairs) { first, _ in first }
        return MajorityVote(settings: round.configuration.vote).tally(keys).ranking.map { key, count in
            (first[key] ?? key, count)
        }
    }

    /// The paragraph.
    public var text: String {
        ([answerSentence, wordingSentence, orderSentence, groupSentence, voteSentence, lossSentence]
            + filterSentences
            + [verdictSentence])
            .compactMap { $0 }.joined(separator: " ")
    }

    private var answerSentence: String {
        let name = "Candidate \(candidate.question).\(candidate.index) of round \(round.id)"
        guard let answer = candidate.answer else {
            return round.phase == .generate
                ? "\(name) has not been read yet." : "\(name) gave no answer that could be read."
        }
        return "\(name) answered \(shown(answer))."
    }

    /// The order in which it saw the options of its question.
    private var order: OptionOrder {
        question.map { round.configuration.optionOrder(of: candidate.index, for: $0) } ?? .own
    }

    /// In which words it saw its question, where its round asks in several.
    private var wordingSentence: String? {
        guard let question, round.configuration.generate.views != .none else { return nil }
        let count = round.configuration.wordings(of: question).count
        guard count > 1 else { return nil }
        let view = round.configuration.view(of: candidate.index, for: question)
        let number = "view \(view.wording + 1) of \(count)"
        guard let text = view.text else { return "It answered the question in its own words (\(number))." }
        return "It answered \(number) of the question: \"\(text)\"."
    }

    /// In what order it saw the options, where that is not their own.
    private var orderSentence: String? {
        let order = order
        guard order.rotation != 0 else { return nil }
        let saw = "It saw the options in the order \(order.letters.joined(separator: " "))"
        guard let answer = candidate.answer else { return saw + "." }
        return "\(saw); its letter \(order.written(answer)) is option \(answer)."
    }

    /// Which group its hidden state lies in, for kinds that are grouped.
    private var groupSentence: String? {
        guard let kind, type(of: kind).isGrouped, let answer = candidate.answer else { return nil }
        guard let similarity = candidate.scores[.similarity] else {
            return "Its hidden state lies in no group: it is near enough to no group's centre "
                + "(answer.similarity \(round.configuration.answer.similarity))."
        }
        let size = rivals.count { $0.answer == answer }
        let place = votes.first?.answer == answer ? "the largest group" : "another group"
        return "Its hidden state lies in \(place): \(size) of \(rivals.count) candidates, similarity "
            + "\(Plain.decimal(similarity, places: 2)) to the medoid, whose text stands for them all."
    }

    private func shown(_ answer: String) -> String { kind?.shown(Answer(canonical: answer)) ?? answer }

    private var voteSentence: String? {
        let parsed = rivals.count { $0.answer != nil }
        guard parsed > 0, let winner = votes.first else { return nil }
        let others = votes.dropFirst().prefix(4).map { "\(shown($0.answer)) had \($0.count)" }
            .joined(separator: ", ")
        let rest = votes.count > 5 ? ", and \(votes.count - 5) more" : ""
        let tail = others.isEmpty ? "." : "; \(others)\(rest)."
        return
            "Of \(rivals.count) candidates for this question \(parsed) gave a readable answer; \(shown(winner.answer)) won with "
            + "\(winner.count) \(winner.count == 1 ? "vote" : "votes") "
            + "(\(Plain.percent(Double(winner.count) / Double(parsed))))\(tail)"
            + (kind?.voteNote(rivals.map(\.answer)).map { " \($0)" } ?? "")
    }

    private var lossSentence: String? {
        guard let loss = candidate.loss else { return nil }
        let own = "Its loss is \(Plain.decimal(loss, places: 3)) nats per token"
        guard let mean = round.report.meanValidLoss, let weight = candidate.scores[.ds] else {
            return own + "."
        }
        let side = loss < mean ? "surer of it than of" : "less sure of it than of"
        let reference = round.configuration.select.shift.reference
        let model = reference == .base ? "base model" : "model"
        let answers =
            reference == .own ? "its own right answers to the valid questions" : "your worked answers"
        return own
            + ", the valid set's mean is \(Plain.decimal(mean, places: 3)): the \(model) is \(side) \(answers), "
            + "and the DS weight, the larger of the two ratios\(floorNote), is \(Plain.decimal(weight, places: 3))."
    }

    private var floorNote: String {
        let floor = round.configuration.select.shift.floor
        return floor > 0 ? " (\(floor) added to both losses)" : ""
    }

    /// What each filter that it reached did with it, in their order.
    private var filterSentences: [String?] {
        let standing = FilterStanding(rank: rank, rankedCount: weighedCount)
        let dropper = candidate.reason.flatMap { reason in
            chain.filters.firstIndex { type(of: $0).reasons.contains(reason) }
        }
        return chain.filters.prefix(dropper.map { $0 + 1 } ?? chain.filters.count).map {
            $0.sentence(for: candidate, standing: standing, in: round)
        }
    }

    private var verdictSentence: String {
        guard let verdict = candidate.verdict, let reason = candidate.reason else {
            return
                "It has no verdict yet: the round \(round.outcome == nil ? "is" : "ended") in phase \(round.phase.rawValue)."
        }
        return "It was \(verdict.rawValue): \(trainingCause(of: reason) ?? cause(of: reason))."
    }

    func cause(of reason: VerdictReason) -> String {
        if reason == .unparsed, let why = unreadCause { return why }
        if let filter = chain.filter(dropping: reason) { return filter.cause(of: reason, for: candidate) }
        if reason == .selected, let why = untrainedCause { return "it passed every stage, but \(why)" }
        return switch reason {
        case .selected:
            "it passed every stage and was trained on with weight \(shownWeight)"
        case .tooLong:
            "it is longer than finetune.maxTokens \(round.configuration.finetune.maxTokens)"
        case .quarantined: "a training step with it had a loss or gradient that was not finite"
        default: "its reason is \(reason.rawValue), which a filter of another version gives"
        }
    }

    /// Why its text gives no answer, read again; nil when it does, or the question is not known.
    private var unreadCause: String? {
        guard let kind, !type(of: kind).isJudged, let question else { return nil }
        var extractor = AnswerExtractor(
            profile: round.configuration.vote.extractor,
            kind: kind,
            answerCue: round.configuration.prompt.answerCue,
            questionMarker: round.configuration.prompt.questionMarker,
            edition: round.configuration.vote.reading,
            settings: round.configuration.answer
        ).reading(order, of: question)
        extractor.skipsThinking = round.configuration.prompt.mayThink
        guard case .none(let why) = extractor.reading(of: candidate.text, isCut: candidate.finish == .length)
        else { return nil }
        return why
    }
}
