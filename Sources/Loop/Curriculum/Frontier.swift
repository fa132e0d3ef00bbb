/// Which levels of train questions are open, decided from the votes of earlier rounds alone.
///
/// The lowest level is open from the beginning. The highest open one is the frontier: when its votes agree
/// enough it is solved, becomes replay, and the next level opens, which the model that has learned it labels.
/// An open level whose votes fall below the floor, or far below their best, is closed again with all above
/// it, until the level below it is found solved once more. A round opens one level at most.
///
/// Source: easy-to-hard training on labels of one's own, arXiv 2502.01612 (one step of difficulty a round)
/// and arXiv 2505.21444 (a level to its target, then it labels the next); the rule for closing is ours.
public struct Frontier: Hashable, Sendable {
    /// What the last round's votes did.
    public enum Change: Hashable, Sendable {
        /// A level opened, since the one below it is solved.
        case opened(Int)
        /// A level closed, and all above it.
        case closed(Int)
    }

    /// Replayed questions of a level below which a fall may be chance and closes nothing.
    static let leastQuestions = 10

    /// All levels, the lowest first.
    public let levels: [Int]
    /// What the votes of the last round taken did; nil for nothing.
    public private(set) var change: Change?
    private let settings: CurriculumSettings
    private var openCount: Int
    /// The best mean vote share of each open level since it was opened.
    private var best: [Int: Double] = [:]

    /// The state before the first round.
    ///
    /// - Parameters:
    ///   - levels: Levels of the train questions, in any order.
    ///   - settings: When levels open and close.
    public init(levels: some Sequence<Int>, settings: CurriculumSettings) {
        self.levels = Set(levels).sorted()
        self.settings = settings
        openCount = min(1, self.levels.count)
    }

    /// The state after rounds.
    ///
    /// - Parameters:
    ///   - levels: Levels of the train questions, in any order.
    ///   - settings: When levels open and close.
    ///   - rounds: What the votes of each round said, the oldest first.
    public init(levels: some Sequence<Int>, settings: CurriculumSettings, after rounds: [[LevelVote]]) {
        self.init(levels: levels, settings: settings)
        for round in rounds { take(round) }
    }

    /// The open levels, the lowest first.
    public var open: ArraySlice<Int> { levels.prefix(openCount) }
    /// The highest open level; nil without levels.
    public var level: Int? { open.last }
    /// The open levels below the frontier.
    public var solved: ArraySlice<Int> { open.dropLast() }

    /// Takes the votes of one round; levels that it has none of stay as they are.
    public mutating func take(_ round: [LevelVote]) {
        change = nil
        let votes = Dictionary(round.map { ($0.level, $0) }) { first, _ in first }
        for (place, level) in open.enumerated() {
            guard let vote = votes[level] else { continue }
            let isFrontier = place == openCount - 1
            if isFrontier || vote.questionCount >= Self.leastQuestions, hasFailed(vote) {
                return close(from: place)
            }
            best[level] = max(best[level] ?? 0, vote.meanShare)
        }
        guard let vote = level.flatMap({ votes[$0] }), vote.meanShare >= settings.solvedShare,
            openCount < levels.count
        else { return }
        change = .opened(levels[openCount])
        openCount += 1
    }

    private func hasFailed(_ vote: LevelVote) -> Bool {
        vote.meanShare < settings.floorShare
            || (best[vote.level] ?? vote.meanShare) - vote.meanShare > settings.maxFall
    }

    /// Closes a level and all above it; the lowest one stays open.
    private mutating func close(from place: Int) {
        for level in open.dropFirst(place) { best[level] = nil }
        let count = max(place, 1)
        change = count < openCount ? .closed(levels[count]) : nil
        openCount = count
    }
}
