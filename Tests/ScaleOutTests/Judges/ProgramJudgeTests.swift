import Foundation
import Loop
import ScaleOut
import Synchronization
import Testing

/// The protocol with a judge, its deadline and its budget, with a judge that is no danger: no sandbox.
@Suite struct ProgramJudgeTests {
    /// A judge in a few lines of shell: the text says what it does.
    private static let judge = #"""
        while IFS= read -r line; do
            id=${line#*'"id":'}
            id=${id%%,*}
            case $line in
            *'"text":"none'*) echo "{\"id\":$id,\"none\":\"no proof\"}" ;;
            *'"text":"score'*) echo "{\"id\":$id,\"score\":1.0}" ;;
            *'"text":"half'*) echo "{\"id\":$id,\"score\":0.5}" ;;
            *'"text":"told'*) case $line in *'"answer":"42"'*) a=yes ;; *) a=no ;; esac
                echo "{\"id\":$id,\"answer\":\"$a\"}" ;;
            *'"text":"empty'*) echo "{\"id\":$id,\"answer\":\" \"}" ;;
            *'"text":"nonsense'*) echo nonsense ;;
            *'"text":"stranger'*) echo '{"id":0,"answer":"x"}' ;;
            *'"text":"sleep'*) sleep 1000 ;;
            *'"text":"child'*) sleep 1000 & echo "{\"id\":$id,\"answer\":\"$!\"}" ;;
            *'"text":"gigabyte'*) head -c 1073741824 /dev/zero ;;
            *'"text":"noise'*) head -c 10000000 /dev/zero >&2; echo "{\"id\":$id,\"answer\":\"quiet\"}" ;;
            *'"text":"die'*) echo 'out of luck' >&2; exit 3 ;;
            *) echo "{\"id\":$id,\"answer\":\" good \"}" ;;
            esac
        done
        """#

    private static func settings(timeout: Int) -> AnswerSettings {
        var settings = AnswerSettings()
        settings.judgeTimeout = timeout
        return settings
    }

    private static func make(
        timeout: Int = 2,
        restartLimit: Int = 20,
        _ configuration: RoundConfiguration = RoundConfiguration(),
        complain: @escaping @Sendable (String) -> Void = { _ in }
    ) -> ProgramJudge {
        var program = JudgeProgram(["sh", "-c", judge], settings(timeout: timeout), sandbox: [])
        program.startPatience = .seconds(1)
        program.restartLimit = restartLimit
        return ProgramJudge(program, configuration, complain: complain)
    }

    private static func question(_ split: Split = .train) -> QuestionInput {
        QuestionInput(text: "What is 6 * 7?", answer: "42", split: split, origin: "train.jsonl:1")
    }

    private static let good = AnswerReading.answer(Answer(canonical: "good"))

    @Test func `answers, scores and none come back in order`() async throws {
        let readings = try await Self.make().readings(
            of: ["a\nb \u{1F600} \"c\"", "score", "half", "none", "empty"],
            question: Self.question()
        )

        #expect(readings.prefix(3).map { $0.answer?.canonical } == ["good", "1", "0.5"])
        #expect(readings[3] == .none(.judgeNone, "no proof"))
        #expect(readings[4].judgeReason == .judgeNone)
    }

    @Test(arguments: [
        ("sleep", VerdictReason.judgeTimeout, "no verdict within"),
        ("gigabyte", .judgeFailed, "it wrote more than 1 MB without a line's end"),
        ("die", .judgeFailed, "it ended; it wrote: out of luck"),
        ("nonsense", .judgeFailed, "its line is no reply: \"nonsense\""),
        ("stranger", .judgeFailed, "it replied to 0 instead of 2"),
    ]) func `what fails is one text without an answer, and the next one is judged`(
        text: String,
        reason: VerdictReason,
        why: String
    ) async throws {
        let complaints = Mutex<[String]>([])
        let judge = Self.make { complaint in complaints.withLock { $0.append(complaint) } }

        let readings = try await judge.readings(of: ["a", text, "b"], question: Self.question())

        #expect(readings[0] == Self.good && readings[2] == Self.good)
        #expect(readings[1].judgeReason == reason)
        guard case .none(let said) = readings[1] else { return }
        #expect(said.contains(why))
        #expect(complaints.withLock { $0 } == [said])
    }

    @Test func `noise on standard error stops nothing`() async throws {
        let readings = try await Self.make(timeout: 10).readings(of: ["noise"], question: Self.question())

        #expect(readings[0].answer?.canonical == "quiet")
    }

    @Test func `a text longer than every buffer is judged`() async throws {
        let text = String(repeating: "long ", count: 200_000)

        let readings = try await Self.make(timeout: 30).readings(of: [text], question: Self.question())

        #expect(readings == [Self.good])
    }

    @Test func `after so many starts it is asked no more`() async throws {
        let judge = Self.make(restartLimit: 2)

        let readings = try await judge.readings(
            of: ["die", "die", "die", "a", "b"],
            question: Self.question()
        )

        #expect(readings.allSatisfy { $0.judgeReason == .judgeFailed })
        guard case .none(let why) = readings[4] else { return }
        #expect(why.contains("it was started again 2 times; last: it ended; it wrote: out of luck"))
    }

    @Test func `a command that is not there fails every text and no round`() async throws {
        let program = JudgeProgram(["/nonexistent/judge"], AnswerSettings(), sandbox: [])

        let readings = try await ProgramJudge(program, RoundConfiguration())
            .readings(of: ["a"], question: Self.question())

        #expect(readings[0].judgeReason == .judgeFailed)
    }

    @Test func `its children end with it`() async throws {
        let readings = try await Self.make().readings(of: ["child", "sleep"], question: Self.question())

        let child = try #require(readings[0].answer.flatMap { Int32($0.canonical) })
        #expect(readings[1].judgeReason == .judgeTimeout)
        #expect(await Self.isGone(child))
    }

    @Test func `it ends when nobody uses it any more`() async throws {
        let child = try await {
            let readings = try await Self.make().readings(of: ["child"], question: Self.question())
            return try #require(readings[0].answer.flatMap { Int32($0.canonical) })
        }()

        #expect(await Self.isGone(child))
    }

    @Test func `cancellation ends the wait for a verdict`() async throws {
        let judge = Self.make(timeout: 600)
        _ = try await judge.readings(of: ["a"], question: Self.question())
        let start = ContinuousClock.now
        let task = Task { try await judge.readings(of: ["sleep"], question: Self.question()) }
        try await Task.sleep(for: .milliseconds(100))

        task.cancel()

        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test func `the reference of a train question is told only where selection reads it`() async throws {
        var oracle = RoundConfiguration()
        oracle.select.policy = .oracle

        let train = try await Self.make().readings(of: ["told"], question: Self.question())
        let gate = try await Self.make().readings(of: ["told"], question: Self.question(.gate))
        let told = try await Self.make(oracle).readings(of: ["told"], question: Self.question())

        #expect([train, gate, told].map { $0[0].answer?.canonical } == ["no", "yes", "yes"])
    }

    @Test func `a reward model is told no reference, even beside the oracle`() async throws {
        let program = JudgeProgram(["sh", "-c", Self.judge], Self.settings(timeout: 2), sandbox: [])
        let judge = ProgramJudge(
            program,
            tellsReference: { _ in false },
            beat: {},
            complain: { _ in }
        )

        let readings = try await judge.readings(of: ["told", "half"], question: Self.question(.gate))

        #expect(readings.map { $0.answer?.canonical } == ["no", "0.5"])
    }

    /// Whether a process has ended, or is about to be taken off the list.
    private static func isGone(_ process: Int32) async -> Bool {
        for _ in 0..<200 {
            let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            guard let state, !state.contains(") Z ") else { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
