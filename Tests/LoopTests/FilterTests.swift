import Loop
import Testing

/// The filters of the literature, against the golden vectors of the method.
@Suite struct FilterTests {
    static func candidate(
        _ index: Int,
        _ answer: String? = "8",
        question: Int = 1,
        loss: Double? = nil,
        text: String? = nil,
        tokens: Int = 3,
        round: Int = 1
    ) -> Candidate {
        var candidate = Candidate(
            round: RoundID(rawValue: round),
            question: QuestionID(rawValue: question),
            index: index,
            text: text ?? " text \(index)",
            tokenCount: tokens,
            meanLogProbability: -1,
            finish: .stop
        )
        candidate.answer = answer
        candidate.loss = loss
        candidate.scores[.ds] = loss.flatMap { DSWeight.weight(loss: $0, meanValidLoss: 2) }
        if answer == nil { candidate.settle(.dropped, .unparsed) }
        return candidate
    }

    /// A question's candidates: so many with each answer, and some without any.
    static func votes(_ counts: [Int], unread: Int = 0, question: Int = 1, round: Int = 1) -> [Candidate] {
        let answers: [String?] = counts.enumerated().flatMap { [String?](repeating: "\($0)", count: $1) }
        let all = answers + [String?](repeating: nil, count: unread)
        return all.enumerated().map { candidate($0, $1, question: question, round: round) }
    }

    static func pool(
        _ candidates: [Candidate],
        _ filters: [FilterName],
        _ change: (inout RoundConfiguration) -> Void = { _ in }
    ) throws -> SelectionPool {
        var configuration = RoundConfiguration()
        configuration.select.filters = filters
        change(&configuration)
        var pool = SelectionPool(candidates, meanValidLoss: 2)
        try SelectionChain(configuration).apply(to: &pool)
        return pool
    }

    static func reasons(
        _ candidates: [Candidate],
        _ filters: [FilterName],
        _ change: (inout RoundConfiguration) -> Void = { _ in }
    ) throws -> [VerdictReason] {
        try pool(candidates, filters, change).settled().compactMap(\.reason)
    }

    /// The five losses of the method's golden vector: a0 a1 a2 b0 b1.
    static let golden = [2.0, 1.0, 4.0, 2.5, 1.6].enumerated().map { candidate($0, loss: $1) }

    @Test(arguments: [
        ([9, 4, 2], 0, ExtractorProfile.strict, 0.3425), ([6, 3, 1], 5, .strict, 0.3316),
        ([6, 3, 1], 5, .authors, 0.3900), ([1], 14, .strict, 0),
    ])
    func `the entropy of a question is that of the golden votes`(
        counts: [Int],
        unread: Int,
        profile: ExtractorProfile,
        expected: Double
    ) throws {
        let pool = try Self.pool(Self.votes(counts, unread: unread), [.entropy]) {
            $0.vote.extractor = profile
        }

        let found = try #require(pool.settled()[0].scores[.entropy])
        #expect(abs(found - expected) < 5e-5)
    }

    @Test func `the authors drop a question with one readable candidate, we do not`() throws {
        let lone = Self.votes([1], unread: 3)

        let ours = try Self.reasons(lone, [.entropy])
        let theirs = try Self.reasons(lone, [.entropy]) { $0.vote.extractor = .authors }

        #expect(ours == [.selected, .unparsed, .unparsed, .unparsed])
        #expect(theirs == [.highEntropy, .unparsed, .unparsed, .unparsed])
    }

    @Test func `a threshold keeps what is at it and drops whole questions above`() throws {
        let candidates =
            Self.votes([4]) + Self.votes([2, 2], question: 2) + Self.votes([1, 1, 1, 1], question: 3)

        let pool = try Self.pool(candidates, [.entropy, .vote]) {
            $0.select.entropy.rule = .threshold
            $0.select.entropy.limit = 0.5
        }

        // ln 2 / ln 4 is 0.5 exactly.
        let reasons = pool.settled().compactMap(\.reason)
        #expect(
            reasons == [VerdictReason](repeating: .selected, count: 8)
                + .init(repeating: .highEntropy, count: 4)
        )
        #expect(pool.summary.cuts == ["entropy": 0.5])
    }

    @Test func `the percentile keeps the share of questions that agree most, with ties`() throws {
        let candidates =
            Self.votes([4]) + Self.votes([3, 1], question: 2) + Self.votes([3, 1], question: 3)
            + Self.votes([2, 2], question: 4)

        let half = try Self.reasons(candidates, [.entropy]) { $0.select.keep = 50 }

        #expect(half.count { $0 == .highEntropy } == 4)
        #expect(half.suffix(4).allSatisfy { $0 == .highEntropy })
    }

    @Test func `one side of the DS cut leaves the other alone`() throws {
        let low = try Self.pool(Self.golden, [.ds]) {
            ($0.select.shift.side, $0.select.keep) = (.low, 60)
        }
        let high = try Self.pool(Self.golden, [.ds]) {
            ($0.select.shift.side, $0.select.keep) = (.high, 60)
        }

        let (lowest, highest) = (low.settled().compactMap(\.reason), high.settled().compactMap(\.reason))
        #expect(lowest == [.selected, .dsWeight, .selected, .selected, .dsWeight])
        #expect(highest == [.selected, .selected, .dsWeight, .dsWeight, .selected])
        #expect(low.summary.cuts == ["ds": 1] && high.summary.cuts == ["ds": 1])
        #expect([low, high].map(\.summary.lowSideDropCount) == [2, 0])
        #expect([low, high].map(\.summary.highSideDropCount) == [0, 2])
        // `verify` holds kept candidates against the largest DS weight that was kept.
        #expect(low.summary.cutDSWeight == 2)
    }

    @Test func `both sides are what they were`() throws {
        let pool = try Self.pool(Self.golden, [.ds])

        #expect(pool.settled().map(\.verdict) == [.kept, .kept, .dropped, .kept, .kept])
        #expect(pool.summary.cuts.isEmpty)
    }

    @Test func `a loss band keeps its edges`() throws {
        let found = try Self.pool(Self.golden, [.lossBand]) { $0.select.shift.edge = 1.25 }

        let expected: [VerdictReason] = [.selected, .outsideBand, .outsideBand, .selected, .selected]
        #expect(found.settled().compactMap(\.reason) == expected)
        #expect(found.summary.lowSideDropCount == 1)
        #expect(found.summary.highSideDropCount == 1)
    }

    @Test func `IWSI-w weighs by the golden ratios and drops nothing`() throws {
        let plain = try Self.pool(Self.golden, [.iwsiW]).settled()
        let clipped = try Self.pool(Self.golden, [.iwsiW]) { $0.select.shift.weightClip = 1 }.settled()

        #expect(plain.map(\.weight) == [1, 2, 0.5, 0.8, 1.25])
        #expect(plain.allSatisfy { $0.verdict == .kept })
        #expect(clipped.map(\.weight) == [1, 1, 0.5, 0.8, 1])
    }

    @Test func `without valid questions a weight is 1`() throws {
        var configuration = RoundConfiguration()
        configuration.select.policy = .iwsiW
        var pool = SelectionPool(Self.golden)

        try SelectionChain(configuration).apply(to: &pool)

        #expect(pool.settled().allSatisfy { $0.weight == 1 && $0.verdict == .kept })
        #expect(SelectionChain(configuration).needingValid == [.iwsiW])
    }

    @Test func `IFD is CAS over DAS, and up to 1 is kept`() throws {
        let ratios = [(0.8, 1.0), (1.1, 1.0), (1.0, 1.0)].map { IFDScorer.ratio(conditioned: $0, direct: $1) }
        var candidates = (0..<4).map { Self.candidate($0) }
        for index in 0..<3 { candidates[index].scores[.ifd] = ratios[index] }

        let found = try Self.reasons(candidates, [.ifd])

        #expect(ratios == [0.8, 1.1, 1])
        #expect(found == [.selected, .highIFD, .selected, .lossDegenerate])
        #expect(IFDScorer.ratio(conditioned: 1, direct: 0) == nil)
        #expect(IFDScorer.ratio(conditioned: 1, direct: -1) == nil)
        #expect(IFDScorer.ratio(conditioned: .nan, direct: 1) == nil)
    }

    @Test func `the top of the difficulties is a share of the survivors`() throws {
        var candidates = (0..<6).map { Self.candidate($0) }
        for (index, ratio) in [0.2, 1.4, 0.9, 0.5, 0.9, 0.1].enumerated() {
            candidates[index].scores[.ifd] = ratio
        }

        let pool = try Self.pool(candidates, [.ifd, .ifdTop]) { $0.select.rank.ifdShare = 40 }

        // 40 % of the five survivors is two.
        let expected: [VerdictReason] = [.lowIFD, .highIFD, .selected, .lowIFD, .selected, .lowIFD]
        #expect(pool.settled().compactMap(\.reason) == expected)
        #expect(pool.summary.cuts == ["ifdTop": 0.9])
    }

    @Test func `ratings at the cut are all kept, and none counts as 0`() throws {
        var candidates = (0..<5).map { Self.candidate($0) }
        for (index, rating) in [7.0, 9, 7, 3].enumerated() { candidates[index].scores[.rating] = rating }

        let pool = try Self.pool(candidates, [.selfRating]) { $0.select.keep = 40 }

        let expected: [VerdictReason] = [.selected, .selected, .selected, .lowRating, .lowRating]
        #expect(pool.settled().compactMap(\.reason) == expected)
        #expect(pool.summary.cuts == ["selfRating": 7])
    }

    @Test func `the shortest tenth goes, whatever the vote says`() throws {
        let candidates = (0..<10).map {
            Self.candidate($0, "\($0)", tokens: [5, 2, 9, 2, 7, 7, 7, 7, 7, 7][$0])
        }

        let found = try Self.reasons(candidates, SelectionPolicyID.ssd.filters)

        #expect(found.enumerated().filter { $0.element == .shortest }.map(\.offset) == [1])
        #expect(found.count { $0 == .selected } == 9)
    }
}
