/// The votes of a round, question by question, as its candidates come in pages.
struct RoundVotes {
    private let questions: [QuestionID: Question]
    private let configuration: RoundConfiguration
    private let vote: MajorityVote
    private var extractor: AnswerExtractor
    private var classes: ClassVotes?
    private var options: OptionVotes?
    private var views: ViewCounts?
    private var levels = LevelVotes()
    /// Questions with a readable reference.
    private(set) var referenceCount = 0
    /// Those of them whose winner equals it.
    private(set) var rightCount = 0

    /// The candidates so far with answer, consistency and, where the vote decided, verdict; their texts left
    /// empty, so that those of a whole round need not be held at once.
    private(set) var candidates: [Candidate] = []
    /// One count per question.
    private(set) var tallies: [VoteTally] = []
    /// What single candidates answered.
    private(set) var candidateAccuracy: CandidateAccuracy

    /// Begins with no candidates.
    ///
    /// - Parameters:
    ///   - configuration: How answers are read and voted on.
    ///   - questions: The train questions by number; candidates of others are left as they are.
    ///   - kinds: The answer kinds there are.
    /// - Throws: `LoopError` `invalid_configuration` when there is no such answer kind.
    init(
        configuration: RoundConfiguration,
        questions: [QuestionID: Question],
        kinds: AnswerKinds = .standard
    ) throws(LoopError) {
        self.questions = questions
        self.configuration = configuration
        var vote = MajorityVote(settings: configuration.vote)
        vote.refusesSingles = kinds[configuration.vote.answerKind]?.isGrouped == true
        self.vote = vote
        extractor = try AnswerExtractor(configuration: configuration, kinds: kinds)
        classes = ClassVotes(configuration, kinds)
        options = configuration.generate.permuteOptions ? OptionVotes(vote) : nil
        views = configuration.asksInViews ? ViewCounts() : nil
        candidateAccuracy = try CandidateAccuracy(configuration: configuration, kinds: kinds)
    }

    /// In how many questions the views agree; nil where questions are asked in one view.
    var viewReport: ViewCounts? { views }

    /// How the votes that passed are spread over a closed set of answers; nil for other kinds.
    var classReport: ClassVotes? { classes }

    /// What the order of options did to the answers; nil without `generate.permuteOptions`.
    var optionReport: OptionVotes? { options }

    /// What the votes say about each level; nil where no question has one.
    var levelReport: [LevelVote]? { levels.report }

    /// Share of questions with a readable reference whose winner equals it; nil without any.
    var accuracy: Double? { referenceCount == 0 ? nil : Double(rightCount) / Double(referenceCount) }

    /// Takes the votes of whole questions.
    ///
    /// - Parameters:
    ///   - page: Their candidates in order of (question, index).
    ///   - readings: What a judge outside has read, one per candidate; nil reads here.
    ///   - groups: What grouping by hidden states made of each candidate; nil for kinds without groups.
    mutating func take(
        _ page: [Candidate],
        readings: [AnswerReading]? = nil,
        groups: [HiddenStateGroups.Place]? = nil
    ) {
        var page = page
        for places in page.groupedByQuestion.map(\.indices) {
            guard let question = questions[page[places.lowerBound].question]?.content else { continue }
            extractor.take(question)
            let orders = configuration.optionGroups(page[places], of: question)
            for (order, places) in orders {
                let reader = extractor.reading(order, of: question)
                for place in places {
                    if let readings {
                        page[place].take(readings[place])
                    } else {
                        page[place].read(with: reader)
                        page[place].answer = page[place].answer.map(order.own)
                    }
                    if let groups { page[place].take(groups[place]) }
                }
            }
            if configuration.permutesOptions(of: question) {
                options?.take(orders.map { order, places in (order, places.map { page[$0].answer }) })
            }
            let keys = extractor.kind.voteKeys(page[places].map(\.answer))
            let tally = vote.tally(keys)
            tallies.append(tally)
            if let winner = tally.winner, vote.dropReason(for: winner, in: tally) == nil {
                classes?.take(winner, of: question)
            }
            for (place, key) in zip(places, keys) {
                page[place].consistency = tally.consistency
                guard page[place].verdict == nil else { continue }
                if let reason = vote.dropReason(for: key, in: tally) {
                    page[place].settle(.dropped, reason)
                }
            }
            var isWinnerRight: Bool?
            if let reference = question.answer.flatMap(extractor.reference) {
                referenceCount += 1
                // Keys need not be answers: the first candidate that voted for the winner says what it is.
                let winner = zip(places, keys).first { $1 == tally.winner }.flatMap { page[$0.0].answer }
                let isRight = winner.map { extractor.kind.isRight(Answer(canonical: $0), reference) }
                rightCount += isRight == true ? 1 : 0
                isWinnerRight = isRight == true
            }
            if views != nil {
                let seen = configuration.seenViews(of: page[places], for: question)
                views?.take(ViewVotes(keys: keys, views: seen), isRight: isWinnerRight)
            }
            levels.take(tally, level: question.level, isRight: isWinnerRight)
            candidateAccuracy.count(page[places], of: question)
            for place in places { page[place].text = "" }
        }
        candidates += page
    }
}

/// Share of parsed answers that equal the reference, per extractor profile.
///
/// For the report only.
struct CandidateAccuracy {
    private let voting: ExtractorProfile
    private let configuration: RoundConfiguration
    private var extractors: [AnswerExtractor]
    private var parsedCounts: [Int]
    private var rightCounts: [Int]

    /// Begins with no candidates.
    init(configuration: RoundConfiguration, kinds: AnswerKinds) throws(LoopError) {
        voting = configuration.vote.extractor
        self.configuration = configuration
        extractors = try ExtractorProfile.allCases.map { profile throws(LoopError) in
            try AnswerExtractor(configuration: configuration, profile: profile, kinds: kinds)
        }
        parsedCounts = extractors.map { _ in 0 }
        rightCounts = parsedCounts
    }

    /// The shares so far; nil without references.
    var shares: [String: Double]? {
        var shares: [String: Double] = [:]
        for (place, extractor) in extractors.enumerated() where parsedCounts[place] > 0 {
            shares[extractor.profile.rawValue] = Double(rightCounts[place]) / Double(parsedCounts[place])
        }
        return shares.isEmpty ? nil : shares
    }

    /// Counts one question's candidates, whose answers the vote has read.
    mutating func count(_ candidates: ArraySlice<Candidate>, of question: QuestionInput) {
        for place in extractors.indices {
            extractors[place].take(question)
            let extractor = extractors[place]
            guard let reference = question.answer.flatMap(extractor.reference) else { continue }
            for candidate in candidates {
                // What the vote has read is not read again; a text cut off before its answer it has not read.
                let isRead = extractor.profile == voting && candidate.reason != .truncated
                let isCut = candidate.finish == .length
                let order = configuration.optionOrder(of: candidate.index, for: question)
                let answer =
                    isRead
                    ? candidate.answer
                    : extractor.reading(order, of: question).answer(in: candidate.text, isCut: isCut)
                        .map { order.own($0.canonical) }
                guard let answer else { continue }
                parsedCounts[place] += 1
                rightCounts[place] += extractor.kind.isRight(Answer(canonical: answer), reference) ? 1 : 0
            }
        }
    }
}
