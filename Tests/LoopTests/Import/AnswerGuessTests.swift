import Foundation
import Loop
import Testing

/// Which kind of answers is guessed, and what the kind makes of worked answers.
@Suite struct AnswerGuessTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let kind: String
        /// The answers as JSON, each of several questions.
        let answers: [String]
        var lines: [String] = []
        var testDescription: String { name }
    }

    private static func run(
        _ answers: [String],
        rationale: ((String) -> String)? = nil,
        change: (inout ImportSettings) -> Void = { _ in }
    ) throws -> ImportResult {
        let rows = answers.enumerated().map { index, answer in
            let worked = rationale.map { ", \"rationale\": \"\($0(answer))\"" } ?? ""
            return "{\"question\": \"Question number \(index)?\", \"answer\": \(answer)\(worked)}"
        }
        var settings = ImportSettings()
        change(&settings)
        let bytes = Array(rows.joined(separator: "\n").utf8)
        return try Importer.run([ImportSource(name: "data", bytes: bytes)], settings)
    }

    private static func many(_ some: [String], _ count: Int = 40) -> [String] {
        (0..<count).map { some[$0 % some.count] }
    }

    private static func all(_ result: ImportResult) -> [QuestionInput] {
        Split.allCases.flatMap { result.splits[$0, default: []] } + result.todo + result.shots
    }

    static let cases = [
        Case(name: "yes and no", kind: "boolean", answers: many([#""yes""#, #""No""#])),
        Case(name: "JSON booleans", kind: "boolean", answers: many(["true", "false"])),
        Case(name: "true and false as texts", kind: "boolean", answers: many([#""True""#, #""false""#])),
        Case(name: "numbers", kind: "numeric", answers: many(["12", #""1,000""#, #""3/4""#])),
        Case(name: "few numbers are numbers", kind: "numeric", answers: many(["0", "1"])),
        Case(
            name: "few short texts",
            kind: "label",
            answers: many([#""spam""#, #""not spam""#, #""Spam""#]),
            lines: ["vote.answerKind: label", #"answer.labels: ["spam", "not spam"]"#]
        ),
        Case(
            name: "yes, no and more",
            kind: "label",
            answers: many([#""yes""#, #""no""#, #""maybe""#]),
            lines: ["vote.answerKind: label", #"answer.labels: ["yes", "no", "maybe"]"#]
        ),
        Case(
            name: "numbers and a word",
            kind: "label",
            answers: many(["1", "2", "3", #""none""#]),
            lines: ["vote.answerKind: label", #"answer.labels: ["1", "2", "3", "none"]"#]
        ),
        Case(
            name: "JSON objects",
            kind: "json",
            answers: (0..<40).map { "{\"name\": \"a  b\", \"n\": \($0)}" },
            lines: ["vote.answerKind: json", "answer.pattern: text"]
        ),
        Case(
            name: "JSON in texts",
            kind: "json",
            answers: (0..<40).map { #""[\#($0),\n 1.50]""# },
            lines: ["vote.answerKind: json", "answer.pattern: text"]
        ),
        Case(
            name: "LaTeX",
            kind: "expression",
            answers: (2..<42).map { $0 % 2 == 0 ? #""\\frac{\#($0)\\pi}{7}""# : "\($0)" }
        ),
        Case(name: "powers", kind: "expression", answers: (2..<42).map { #""x^\#($0)+1""# }),
        Case(name: "names", kind: "text", answers: (0..<40).map { #""Person Number\#($0)th of Bonn""# }),
        Case(
            name: "long texts",
            kind: "other",
            answers: (0..<40).map { number in
                "\"" + (0..<14).map { "word\(number)x\($0)" }.joined(separator: " ") + "\""
            }
        ),
    ]

    @Test(arguments: cases) func `the kind is guessed`(sample: Case) throws {
        let result = try Self.run(sample.answers)

        #expect(result.answers.name == sample.kind)
        if sample.kind != "other" {
            #expect(result.answers.readCount == sample.answers.count)
            #expect(result.answers.lines.first == "vote.answerKind: \(sample.kind)")
        }
        if !sample.lines.isEmpty { #expect(result.answers.lines == sample.lines) }
    }

    @Test(arguments: [
        ("label", #""good""#, "The answer is good."), ("boolean", "true", "The answer is yes."),
        ("text", #""in New York""#, "The answer is in New York."),
        ("json", #"{"n": 1,  "s": "a  b"}"#, #"{"n": 1, "s": "a  b"}"#),
        ("free", #""Take a walk. Then rest a little.""#, "Take a walk. Then rest a little."),
    ])
    func `without rationales such answers alone are worked answers`(
        kind: String,
        answer: String,
        text: String
    ) throws {
        let others = [
            "label": #""bad""#, "boolean": "false", "text": #""in Old York""#, "json": #"{"n": 2}"#,
            "free": #""Drink some tea, and read a book.""#,
        ]
        let result = try Self.run(
            Self.many([answer, others[kind] ?? ""]),
            change: { $0.kind = AnswerKindID(rawValue: kind) }
        )

        #expect(result.answers.isBare)
        #expect(result.splits[.valid]?.count == 8 && result.todo.isEmpty && result.shots.count == 4)
        let worked = Self.all(result).filter { $0.split == .valid }.compactMap(\.rationale)
        #expect(worked.contains(text), "\(worked)")
        var configuration = RoundConfiguration()
        configuration.vote.answerKind = AnswerKindID(rawValue: kind)
        configuration.answer = result.answers.settings
        for question in Self.all(result) {
            try QuestionValidation.check(question, configuration: configuration)
        }
    }

    @Test func `with rationales the worked answer is the rationale and its end`() throws {
        let result = try Self.run(Self.many([#""good""#, #""bad""#]), rationale: { _ in "I read it." })

        #expect(!result.answers.isBare)
        let worked = Set(result.splits[.valid, default: []].compactMap(\.rationale))
        #expect(worked == ["I read it. The answer is good.", "I read it. The answer is bad."])
    }

    @Test func `JSON with rationales follows the cue`() throws {
        let result = try Self.run((0..<40).map { "{\"n\": \($0)}" }, rationale: { _ in "It is there." })

        #expect(result.answers.lines == ["vote.answerKind: json"])
        let worked = try #require(result.splits[.valid]?.first)
        #expect(worked.rationale?.hasPrefix("It is there. The answer is {\"n\": ") == true)
    }

    @Test func `numbers without rationales have worked examples only where they are asked for`() throws {
        let numbers = (0..<100).map(String.init)

        let plain = try Self.run(numbers)
        let bare = try Self.run(numbers, change: { $0.allowsBareShots = true })

        #expect(plain.shots.isEmpty && bare.shots.count == 4)
        #expect(bare.shots.allSatisfy { $0.rationale == "The answer is \($0.answer ?? "")." })
        #expect(bare.splits[.valid]?.isEmpty == true && bare.todo.count == 10)
    }
}
