import Foundation
import Loop
import Testing

/// What kind `expression` reads, refuses and counts as equal (docs/answers.md).
@Suite struct ExpressionAnswerTests {
    private static let question = QuestionInput(text: "q", split: .train, origin: "t")
    private static let kind = ExpressionAnswer(question, AnswerSettings())

    private static func answer(_ form: String) -> Answer? { kind.read(form[...]).answer }

    private static func isEqual(_ left: String, _ right: String) -> Bool? {
        guard let left = answer(left), let right = answer(right) else { return nil }
        return kind.isRight(left, right)
    }

    @Test func `forms of one expression are equal`() {
        #expect(ExpressionForms.equal.count > 150)
        for (left, right) in ExpressionForms.equal {
            #expect(Self.isEqual(left, right) == true, "\(left) and \(right)")
            #expect(Self.isEqual(right, left) == true, "\(right) and \(left)")
        }
    }

    @Test func `expressions that differ are not equal`() {
        #expect(ExpressionForms.different.count > 40)
        for (left, right) in ExpressionForms.different {
            #expect(Self.isEqual(left, right) == false, "\(left) and \(right)")
        }
    }

    @Test func `every form that is plainly one expression is read`() {
        #expect(ExpressionForms.read.count > 90)
        for (form, wanted) in ExpressionForms.read {
            let reading = Self.kind.read(form[...])
            #expect(reading == .answer(Answer(canonical: wanted)), "\(form): \(reading)")
        }
    }

    @Test func `every other form gives no answer and says why`() {
        #expect(ExpressionForms.refused.count > 60)
        for (form, reason) in ExpressionForms.refused {
            #expect(Self.kind.read(form[...]) == .none(reason), "\(form)")
        }
    }

    @Test func `a canonical text reads as itself`() {
        let pairs = ExpressionForms.equal + ExpressionForms.different
        for form in pairs.flatMap({ [$0.0, $0.1] }) {
            guard let canonical = Self.answer(form)?.canonical else { continue }
            #expect(Self.kind.referenceReading(canonical).answer?.canonical == canonical, "\(form)")
        }
    }

    @Test func `the verdicts on other graders' cases are as documented`() {
        for row in GraderForms.rows {
            #expect(
                Self.isEqual(row.reference, row.answer) == row.isEqual,
                "\(row.reference) | \(row.answer)"
            )
        }
        let agreed = GraderForms.rows.count { $0.isRight == ($0.isEqual ?? false) }
        #expect((GraderForms.rows.count, agreed) == (198, 162))
        // Where the others see a difference, none is counted as equal.
        #expect(!GraderForms.rows.contains { !$0.isRight && $0.isEqual == true })
    }

    @Test func `the verdicts on further graders' cases are as documented, and all that differ are shown`() {
        func shown(_ verdict: Bool?) -> String { verdict.map { $0 ? "=" : "≠" } ?? "-" }
        let differing = FurtherGraderForms.rows.compactMap { row -> String? in
            let found = Self.isEqual(row.pair.reference, row.pair.answer)
            guard found != row.pair.isEqual else { return nil }
            return "\(shown(found)) and not \(shown(row.pair.isEqual)): \(row.pair.reference) | "
                + "\(row.pair.answer) (\(row.source))"
        }

        #expect(differing.isEmpty, "\n\(differing.joined(separator: "\n"))")
        let pairs = FurtherGraderForms.rows.map(\.pair)
        let agreed = pairs.count { $0.isRight == ($0.isEqual ?? false) }
        #expect((pairs.count, agreed) == (344, 300))
        #expect(pairs.count + GraderForms.rows.count >= 500)
        #expect(FurtherGraderForms.rows.allSatisfy { !$0.source.isEmpty })
    }

    @Test(
        arguments: [
            (#"\frac{1}{2}"#, nil), (#"\frac{1}{2"#, nil), ("2x", nil), ("2x.", nil), ("$2x$", "2*x"),
            (#"\(2x\)"#, "2*x"), ("2x. So", "2*x"), ("2x because it", "2*x"), ("$2", nil), ("(1,2)", nil),
        ] as [(String, String?)]
    )
    func `a cut text gives an answer only where something shows that it was whole`(
        clause: String,
        wanted: String?
    ) {
        let reading = Self.kind.read(cut: clause[...])

        #expect(reading.answer?.canonical == wanted)
        if wanted == nil { #expect(reading == .cutOff) }
    }

    @Test(arguments: ["x+1. So", "x+1 because it is", #"\sqrt{2} \approx 1.41"#, "about 2", "", "2 or 3"])
    func `a reference is nothing but the expression`(text: String) {
        #expect(Self.kind.referenceReading(text).answer == nil)
    }

    @Test func `the vote joins answers that agree at every point, and says so`() {
        let answers = [#"\sin^2 x+\cos^2 x"#, nil, "1", "2", #"\frac{2}{2}"#].map {
            $0.flatMap { Self.answer($0)?.canonical }
        }

        let keys = Self.kind.voteKeys(answers)

        #expect(keys == [answers[0], nil, answers[0], "2", answers[0]])
        #expect(Self.kind.voteNote(answers)?.contains("8 fixed points") == true)
        #expect(Self.kind.voteNote(["1", nil, "2"]) == nil)
        #expect(Self.kind.voteKeys(answers) == keys)
    }

    @Test func `what is large or deep is refused at once`() {
        let forms = [
            String(repeating: "(", count: 4_000), String(repeating: "(", count: 70) + "x",
            String(repeating: #"\sqrt{"#, count: 600), String(repeating: "-", count: 3_000) + "x",
            "x" + String(repeating: "!", count: 3_900), String(repeating: "a/", count: 1_900) + "a",
            (0..<60).map { "(x_\($0)+1)" }.joined(), String(repeating: "9", count: 4_100),
            "(" + (0..<300).map { "x_\($0)" }.joined(separator: "+") + ")^2",
            String(repeating: "|", count: 500), String(repeating: #"\frac"#, count: 700),
        ]
        for form in forms { #expect(Self.answer(form) == nil, "\(form.prefix(40))") }
        let allowed = String(repeating: "(", count: 30) + "x" + String(repeating: ")", count: 30)
        #expect(Self.answer(allowed)?.canonical == "x")
    }

    @Test func `the place of the answer is that of the settings`() throws {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .expression
        configuration.answer.pattern = .boxed

        let extractor = try AnswerExtractor(configuration: configuration, question: Self.question)

        let answer = extractor.answer(in: #"So the sum is $\boxed{\frac{3\pi}{4}}$."#)
        #expect(extractor.isRight(answer, reference: #"0.75\pi"#) == true)
        #expect(extractor.isRight(answer, reference: #"\pi"#) == false)
        #expect(extractor.isRight(nil, reference: #"\pi"#) == false)
    }

    @Test func `options are refused`() {
        let question = QuestionInput(text: "q", choices: ["a", "b"], split: .train, origin: "t:1")
        #expect(throws: LoopError.self) { try ExpressionAnswer.check(question, AnswerSettings()) }
        #expect(throws: LoopError.self) { try JSONAnswer.check(question, AnswerSettings()) }
    }
}
