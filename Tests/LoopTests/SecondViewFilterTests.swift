import Loop
import Testing

/// Golden votes of filter `secondView`, and the floor of DS weights.
@Suite struct SecondViewFilterTests {
    /// A question's candidates with the answers that each view gave; nil could not be read.
    private static func pool(
        _ views: [[String?]],
        _ change: (inout RoundConfiguration) -> Void = { _ in }
    ) throws -> SelectionPool {
        var configuration = RoundConfiguration()
        configuration.select.filters = [.secondView]
        change(&configuration)
        let answers = views.enumerated().flatMap { view, answers in answers.map { (view, $0) } }
        let candidates = answers.enumerated().map { FilterTests.candidate($0.offset, $0.element.1) }
        let numbers = answers.map(\.0)
        var pool = SelectionPool(candidates, seenViews: { $0.map { numbers[$0.index] } })
        try SelectionChain(configuration).apply(to: &pool)
        return pool
    }

    private static func reason(
        _ views: [[String?]],
        _ change: (inout RoundConfiguration) -> Void = { _ in }
    ) throws -> VerdictReason? {
        try pool(views, change).settled().first?.reason
    }

    @Test(arguments: [
        ([["8", "8", "5"], ["8", "8", "7"]], VerdictReason.selected, 2.0),
        ([["8", "8", "8"], ["5", "5", "8"]], .viewsDiffer, 1),
        // A tie elects nobody.
        ([["8", "8", "8"], ["8", "5", nil]], .viewsDiffer, 1),
        ([["8", "8", "8"], ["8", "5", nil], ["8", nil, nil]], .selected, 2),
        ([["8", "8", "8"]], .singleView, 1), ([["8"], [nil]], .viewsDiffer, 1),
    ])
    func `the winner must win in two views`(views: [[String?]], reason: VerdictReason, agreeing: Double)
        throws
    {
        let candidate = try #require(try Self.pool(views).settled().first)

        #expect(candidate.reason == reason)
        #expect(candidate.scores[.agreeingViews] == agreeing)
        #expect(candidate.scores[.viewCount] == Double(views.count))
    }

    @Test func `a share takes the place of winning, and unreadable candidates count`() throws {
        let views: [[String?]] = [["8", "8", "8"], ["8", "5", "5"], ["8", nil, nil]]

        #expect(try Self.reason(views) { $0.select.secondView.count = 3 } == .viewsDiffer)
        #expect(
            try Self.reason(views) {
                ($0.select.secondView.count, $0.select.secondView.share) = (3, 1.0 / 3)
            } == .selected
        )
        #expect(
            try Self.reason(views) {
                ($0.select.secondView.count, $0.select.secondView.share) = (2, 0.5)
            } == .viewsDiffer
        )
    }

    @Test func `its reasons and scores are words of explain`() throws {
        let candidate = try #require(try Self.pool([["8", "8"], ["5", "5"]]).settled().first)
        var configuration = RoundConfiguration()
        configuration.generate.views = .terms
        let filter = SecondViewFilter(configuration)

        #expect(filter.cause(of: .viewsDiffer, for: candidate).contains("select.secondViewCount 2"))
        #expect(filter.cause(of: .singleView, for: candidate).contains("no variants"))
        #expect(
            SecondViewFilter(RoundConfiguration()).cause(of: .singleView, for: candidate).contains(
                "generate.views is none"
            )
        )
        #expect(VerdictReason.allCases.contains(.singleView) && VerdictReason.allCases.contains(.viewsDiffer))
    }

    @Test func `its settings without it are named`() {
        var configuration = RoundConfiguration()
        configuration.select.secondView.count = 3

        let advice = configuration.advice([.train: 100, .gate: 200])

        #expect(advice.contains { $0.hasPrefix("select.secondViewCount is set, but only filter secondView") })
    }

    @Test func `a floor is added to both losses, and none changes no bit`() throws {
        #expect(
            DSWeight.weight(loss: 1, meanValidLoss: 3) == DSWeight.weight(loss: 1, meanValidLoss: 3, floor: 0)
        )
        for (loss, mean) in [(1.0, 3.0), (3, 1)] {
            let weight = try #require(DSWeight.weight(loss: loss, meanValidLoss: mean, floor: 1))
            #expect(abs(weight - 2) < 1e-12)
        }
        // 0.01 and 0.04 are four times apart; with a floor of 0.1 hardly at all.
        let near = try #require(DSWeight.weight(loss: 0.01, meanValidLoss: 0.04, floor: 0.1))
        #expect(abs(near - 0.14 / 0.11) < 1e-12)
        #expect(DSWeight.weight(loss: 0, meanValidLoss: 1, floor: 1) == nil)
    }
}
