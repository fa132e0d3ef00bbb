import Loop
import Testing

/// What the loop does next, from rounds that a test makes up.
@Suite("The course of the loop")
struct CourseTests {
    private static func steps(_ outcomes: [(Outcome, LeverID?)]) -> [Course.Step] {
        outcomes.enumerated().map { Course.Step(RoundID(rawValue: $0 + 1), $1.0, $1.1) }
    }

    private static func record(_ outcomes: [(Outcome, LeverID?)]) -> Course.Record {
        var record = Course.Record()
        record.finishedCount = outcomes.count
        record.recent = steps(outcomes)
        return record
    }

    private func course(_ levers: [LeverID] = [], after count: Int = 1) -> Course {
        var course = Course()
        (course.escalation, course.escalateAfter) = (levers, count)
        return course
    }

    @Test func `without limits rounds go on with a person's own settings`() {
        #expect(course().next(after: Course.Record()) == .round(nil))
        #expect(course().next(after: Self.record([(.promoted, nil), (.rejected, nil)])) == .round(nil))
    }

    @Test func `a target is hit when the current checkpoint has it, and not before it was measured`() {
        var (course, record) = (course(), Course.Record())
        course.target = 0.95

        let before = course.next(after: record)
        record.gateShare = 0.949
        let below = course.next(after: record)
        record.gateShare = 0.95
        let at = course.next(after: record)

        #expect(before == .round(nil) && below == .round(nil) && at == .stop(.target))
    }

    @Test func `each budget stops the loop when it is spent`() {
        var record = Course.Record()
        (record.finishedCount, record.seconds, record.tokenCount) = (4, 7200, 1000)
        var (rounds, hours, tokens) = (course(), course(), course())
        (rounds.rounds, hours.hours, tokens.tokens) = (4, 2, 1000)

        #expect(rounds.next(after: record) == .stop(.rounds))
        #expect(hours.next(after: record) == .stop(.hours))
        #expect(tokens.next(after: record) == .stop(.tokens))
        (rounds.rounds, hours.hours, tokens.tokens) = (5, 2.01, 1001)
        #expect(rounds.next(after: record) == .round(nil))
        #expect(hours.next(after: record) == .round(nil))
        #expect(tokens.next(after: record) == .round(nil))
    }

    @Test func `a target counts before a budget, and a budget before a plateau`() {
        var course = course()
        (course.rounds, course.target, course.patience) = (3, 0.9, 3)
        var record = Self.record([(.rejected, nil), (.rejected, nil), (.rejected, nil)])

        #expect(course.next(after: record) == .stop(.rounds))
        record.gateShare = 0.92
        #expect(course.next(after: record) == .stop(.target))
        (course.rounds, course.target) = (0, 0)
        #expect(course.next(after: record) == .stop(.plateau))
    }

    @Test(arguments: [
        ([Outcome.rejected, .rejected, .rejected], StopReason?.some(.plateau)),
        ([.rejected, .noData, .rejected], .plateau), ([.noData, .noData, .noData], .noData),
        ([.rejected, .rejected], nil), ([.rejected, .promoted, .rejected, .rejected], nil),
        ([.rejected, .rejected, .abandoned, .rejected], nil), ([.failed, .failed], .deadEnd),
        ([.failed, .rejected, .failed], nil),
    ])
    func `without levers rounds in a row that bring nothing stop the loop`(
        outcomes: [Outcome],
        reason: StopReason?
    ) {
        #expect(course().stuck(after: Self.steps(outcomes.map { ($0, nil) })) == reason)
    }

    @Test func `a patience of 0 never waits`() {
        var course = course()
        course.patience = 0

        #expect(course.stuck(after: Self.steps((0..<50).map { _ in (.rejected, nil) })) == nil)
    }

    @Test func `levers are tried one at a time, in their order, until none is left`() {
        let course = course([.votes, .temperature])

        #expect(course.turn(after: []) == .own)
        #expect(course.turn(after: Self.steps([(.rejected, nil)])) == .lever(.votes))
        let second = Self.steps([(.rejected, nil), (.noData, .votes)])
        #expect(course.turn(after: second) == .lever(.temperature))
        let all = Self.steps([(.rejected, nil), (.noData, .votes), (.rejected, .temperature)])
        #expect(course.turn(after: all) == .exhausted && course.stuck(after: all) == .deadEnd)
    }

    @Test func `a promoted round keeps its lever and opens the others again`() {
        let course = course([.votes, .temperature])
        let promoted: [(Outcome, LeverID?)] = [
            (.rejected, nil), (.rejected, .votes), (.promoted, .temperature),
        ]

        #expect(course.turn(after: Self.steps(promoted)) == .lever(.temperature))
        let vain = promoted + [(.rejected, .temperature)]
        #expect(course.turn(after: Self.steps(vain)) == .lever(.votes))
        #expect(course.turn(after: Self.steps(vain + [(.rejected, .votes)])) == .exhausted)
        #expect(course.turn(after: Self.steps([(.promoted, nil)])) == .own)
    }

    @Test func `the journal from the last promoted round on decides as the whole does`() {
        let course = course([.votes, .temperature, .scpo], after: 2)
        let whole: [(Outcome, LeverID?)] = [
            (.rejected, nil), (.rejected, nil), (.promoted, .votes), (.rejected, .votes), (.failed, .votes),
            (.rejected, .votes),
        ]
        let steps = Self.steps(whole)

        #expect(course.turn(after: steps) == .lever(.temperature))
        #expect(course.turn(after: Array(steps.dropFirst(2))) == course.turn(after: steps))
    }

    @Test func `a lever gets as many rounds as escalateAfter says, and failed ones do not count`() {
        let course = course([.votes, .temperature], after: 2)

        #expect(course.turn(after: Self.steps([(.rejected, nil)])) == .own)
        let first: [(Outcome, LeverID?)] = [(.rejected, nil), (.rejected, nil)]
        #expect(course.turn(after: Self.steps(first)) == .lever(.votes))
        let once = first + [(.rejected, .votes), (.failed, .votes), (.abandoned, .votes)]
        #expect(course.turn(after: Self.steps(once)) == .lever(.votes))
        #expect(course.turn(after: Self.steps(once + [(.rejected, .votes)])) == .lever(.temperature))
    }

    @Test func `a lever that a person takes out of the list is not tried any more`() {
        let steps = Self.steps([(.rejected, nil), (.promoted, .votes)])

        #expect(course([.temperature]).turn(after: steps) == .own)
        #expect(course().turn(after: steps) == .own)
        let vain = steps + Self.steps([(.rejected, .votes)])
        #expect(course([.temperature]).turn(after: vain) == .lever(.temperature))
    }

    private static func lacking(_ round: Int, _ lever: LeverID? = nil) -> Course.Step {
        Course.Step(RoundID(rawValue: round), .noData, lever, lacksHeadroom: true)
    }

    @Test func `a missing headroom tries only levers that can change it, and then stops`() {
        let course = course([.restartFromBase, .votes, .scpo, .temperature])

        let first = course.turn(after: [Self.lacking(1)])
        let second = course.turn(after: [Self.lacking(1), Self.lacking(2, .votes)])
        let all = [Self.lacking(1), Self.lacking(2, .votes), Self.lacking(3, .temperature)]

        #expect(first == .lever(.votes) && second == .lever(.temperature))
        #expect(course.turn(after: all) == .exhausted && course.stuck(after: all) == .deadEnd)
        #expect(course.leversWithoutUse(after: all) == [.restartFromBase, .scpo])
    }

    @Test func `a lever that runs at the own settings' headroom is not tried after another has failed`() {
        let course = course([.votes, .scpo])
        let steps = [Self.lacking(1), Course.Step(RoundID(rawValue: 2), .rejected, .votes)]

        #expect(course.turn(after: steps) == .exhausted)
    }

    @Test func `levers alone that cannot change a missing headroom are a dead end at once`() {
        #expect(course([.restartFromBase, .scpo]).stuck(after: [Self.lacking(1)]) == .deadEnd)
        #expect(course([.scpo], after: 2).turn(after: [Self.lacking(1)]) == .own)
    }

    @Test func `own settings that have headroom leave every lever open, and so does a promotion`() {
        let course = course([.temperature, .scpo])
        let own = Course.Step(RoundID(rawValue: 1), .rejected)

        #expect(course.turn(after: [own, Self.lacking(2, .temperature)]) == .lever(.scpo))
        #expect(course.leversWithoutUse(after: [own, Self.lacking(2, .temperature)]) == [])
        let promoted = [
            Self.lacking(1), Course.Step(RoundID(rawValue: 2), .promoted, .temperature),
            Course.Step(RoundID(rawValue: 3), .rejected, .temperature),
        ]
        #expect(course.turn(after: promoted) == .lever(.scpo))
    }

    @Test func `what a lever that changes the headroom lacks says nothing of the own settings`() {
        let promoted = Course.Step(RoundID(rawValue: 1), .promoted, .temperature)

        let turn = course([.temperature, .scpo]).turn(after: [promoted, Self.lacking(2, .temperature)])

        #expect(turn == .lever(.scpo))
    }

    @Test func `every reason says what to do in one line`() {
        for reason in StopReason.allCases {
            #expect(!reason.advice.isEmpty && !reason.advice.contains("\n"))
        }
        #expect(StopReason.allCases.filter(\.isCompletion) == [.target, .rounds, .hours, .tokens])
    }
}
