import Foundation
import Loop
import Testing

/// What kind `json` reads, refuses and counts as equal (docs/answers.md).
@Suite struct JSONAnswerTests {
    private static let question = QuestionInput(text: "q", split: .train, origin: "t")

    private static func kind(_ schema: String = "", _ vote: JSONVote = .whole) -> JSONAnswer {
        var settings = AnswerSettings()
        settings.schema = schema
        settings.jsonVote = vote
        return JSONAnswer(question, settings)
    }

    @Test func `every form that is plainly one value is read`() {
        #expect(JSONForms.read.count > 50)
        for (form, wanted) in JSONForms.read {
            let reading = Self.kind().read(form[...])
            #expect(reading == .answer(Answer(canonical: wanted)), "\(form): \(reading)")
        }
    }

    @Test func `every other form gives no answer and says why and where`() {
        #expect(JSONForms.refused.count > 50)
        for (form, reason) in JSONForms.refused {
            #expect(Self.kind().read(form[...]) == .none(reason), "\(form)")
        }
    }

    @Test func `a canonical text reads as itself`() {
        for (_, canonical) in JSONForms.read {
            #expect(Self.kind().referenceReading(canonical).answer?.canonical == canonical)
        }
    }

    @Test func `the clause goes on after the line of the cue, up to the next question`() throws {
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = .json
        let extractor = try AnswerExtractor(configuration: configuration, question: Self.question)

        let text =
            "I look. The answer is:\n```json\n{\n  \"a\": [1,\n 2]\n}\n```\nDone.\nQ: next\nA: The answer is {}"

        #expect(extractor.answer(in: text)?.canonical == #"{"a":[1,2]}"#)
        #expect(extractor.answer(in: "The answer is\n{\"a\":\n1}")?.canonical == #"{"a":1}"#)
        #expect(extractor.answer(in: "It is {\"a\":1}") == nil)
    }

    @Test(
        arguments: [
            (#"{"a":1}"#, #"{"a":1}"#), (#"{"a":1"#, nil), (#"{"a":12"#, nil), ("12", nil), ("12.", nil),
            ("12\nSo", "12"),
            ("tru", nil), ("true", nil), (#""a"#, nil), (#""a""#, #""a""#), ("```json\n{}", nil),
            ("```json\n{}\n```", "{}"),
            ("`12`", "12"), ("", nil), ("Here is the JSON:", nil),
        ] as [(String, String?)]
    )
    func `a cut text gives an answer only where its end shows that it was whole`(
        clause: String,
        wanted: String?
    ) {
        let reading = Self.kind().read(cut: clause[...])

        #expect(reading.answer?.canonical == wanted)
        if wanted == nil { #expect(reading == .cutOff, "\(clause)") }
    }

    @Test(arguments: [#"{"a":1} and so on"#, "{}\n{}", #"The JSON: {"a":1}"#, "", "{}\nbecause"])
    func `a reference is nothing but the value`(text: String) {
        #expect(Self.kind().referenceReading(text).answer == nil)
    }

    @Test func `deep and large values are refused at once`() {
        let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
        let allowed = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        let large = "\"" + String(repeating: "a", count: 70_000) + "\""

        #expect(Self.kind().read(deep[...]).answer == nil)
        #expect(Self.kind().read(allowed[...]).answer?.canonical == allowed)
        #expect(Self.kind().read(large[...]).answer == nil)
        #expect(Self.kind().read("[1e1234567]"[...]).answer == nil)
        #expect(Self.kind().read(String(repeating: "[\n", count: 30_000)[...]).answer == nil)
        #expect(Self.kind().read(("{}\n" + String(repeating: "[\n", count: 30_000))[...]).answer != nil)
    }

    @Test func `fields win by themselves where two answers hold all that won`() {
        let kind = Self.kind("", .fields)
        let right = #"{"a":1,"b":2}"#
        // Three answers are as one, but in each field another value has more votes.
        let other = #"{"a":1,"b":3}"#
        let answers: [String?] = [other, other, right, right, #"{"a":0,"b":2}"#, nil, #"{"a":4,"b":2}"#]

        let keys = kind.voteKeys(answers)

        #expect(MajorityVote(settings: VoteSettings()).tally(keys).winner == right)
        #expect(keys[2] == right && keys[3] == right && keys[5] == nil)
        #expect(Self.kind().voteKeys(answers) == answers)
    }

    @Test func `fields that no two answers hold together leave the vote to the whole values`() {
        let answers = [#"{"a":1,"b":1}"#, #"{"a":1,"b":2}"#, #"{"a":2,"b":2}"#, "[]"].map(Optional.some)

        #expect(Self.kind("", .fields).voteKeys(answers) == answers)
        #expect(Self.kind("", .fields).voteKeys([nil, "3", "3"]) == [nil, "3", "3"])
    }
}
