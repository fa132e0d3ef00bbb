import Foundation
import Loop
import Testing

/// Variants of question files: what is read, what is refused, and what an import keeps.
@Suite struct VariantTests {
    private static func question(
        _ text: String,
        _ variants: [String] = [],
        _ split: Split = .train
    ) -> QuestionInput {
        QuestionInput(
            text: text,
            answer: "7",
            split: split,
            origin: "\(split.rawValue).jsonl:4",
            variants: variants
        )
    }

    private static func fault(_ question: QuestionInput) -> String {
        do {
            try QuestionValidation.check(question, configuration: RoundConfiguration())
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test func `a question is coded with its level and variants, without them as before`() throws {
        var whole = Self.question("What is 3 + 4?", ["Add 3 and 4."])
        whole.level = 2
        let plain = Self.question("What is 3 + 4?")

        let (data, bare) = (try JSONEncoder().encode(whole), try JSONEncoder().encode(plain))

        #expect(try JSONDecoder().decode(QuestionInput.self, from: data) == whole)
        #expect(try JSONDecoder().decode(QuestionInput.self, from: bare) == plain)
        let text = String(decoding: bare, as: UTF8.self)
        #expect(!text.contains("level") && !text.contains("variants"))
    }

    @Test func `a line may have variants, and is written with them`() throws {
        let line = #"{"question": "What is 3 + 4?", "answer": "7", "variants": ["Add 3 and 4."]}"#

        let read = try QuestionFile.lines(of: Data(line.utf8), name: "q.jsonl")

        #expect(read.first?.variants == ["Add 3 and 4."])
        let text = QuestionFile.text(of: [Self.question("What is 3 + 4?", ["Add 3 and 4."])])
        #expect(
            try QuestionFile.lines(of: Data(text.utf8), name: "q.jsonl").first?.variants == ["Add 3 and 4."]
        )
        #expect(!QuestionFile.text(of: [Self.question("What is 3 + 4?")]).contains("variants"))
    }

    @Test(arguments: [#""Add 3 and 4.""#, "[1, 2]", #"{"a": "b"}"#])
    func `variants that are no list of texts are refused with their line`(value: String) {
        let text = "\n{\"question\": \"What is 3 + 4?\", \"variants\": \(value)}"

        let fault = #expect(throws: QuestionFile.Fault.self) {
            try QuestionFile.lines(of: Data(text.utf8), name: "q.jsonl")
        }

        #expect(fault?.detail == "q.jsonl:2: the field \"variants\" is not a list of texts")
    }

    @Test(arguments: [
        ([" \t"], "variant 1 is empty"),
        (["ok?", "what is 3 + 4"], "variant 2 \"what is 3 + 4\" is the same as the question"),
        (["Add 3 and 4.", "add 3  and 4"], "is the same as variant 1"),
        (["a\0b"], "variant 1 holds a zero character"),
    ])
    func `a bad variant is refused with place and reason`(variants: [String], reason: String) {
        let fault = Self.fault(Self.question("What is 3 + 4?", variants))

        #expect(fault.contains("train.jsonl:4: ") && fault.contains(reason), "\(fault)")
    }

    @Test func `good variants pass`() {
        #expect(Self.fault(Self.question("What is 3 + 4?", ["Add 3 and 4.", "What is 4 + 3?"])) == "")
    }

    @Test(arguments: [Split.valid, .gate, .test])
    func `a variant that is a question of another split is a leak`(split: Split) {
        let questions = [
            Self.question("What is 3 + 4?", ["what is 4 + 3"]), Self.question("What is 4 + 3?", [], split),
        ]

        for order in [questions, questions.reversed()] {
            let error = #expect(throws: LoopError.self) { try LeakCheck.check(order) }
            #expect(error?.code == .leak)
            #expect(error?.message.contains("train.jsonl:4") == true)
            #expect(error?.message.contains("\(split.rawValue).jsonl:4") == true)
        }
    }

    @Test func `variants of two splits may not be the same, those of one may`() throws {
        let train = Self.question("a?", ["x?"])

        #expect(throws: LoopError.self) { try LeakCheck.check([train, Self.question("b?", ["X"], .gate)]) }
        #expect(
            try LeakCheck.check([train, Self.question("b?", ["x?"]), Self.question("c?", [], .gate)]) == []
        )
    }

    @Test func `a question without variants is encoded as before`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys

        let plain = try encoder.encode(Self.question("a?"))
        let varied = try encoder.encode(Self.question("a?", ["b?"]))

        #expect(!String(decoding: plain, as: UTF8.self).contains("variants"))
        #expect(try JSONDecoder().decode(QuestionInput.self, from: plain) == Self.question("a?"))
        #expect(try JSONDecoder().decode(QuestionInput.self, from: varied) == Self.question("a?", ["b?"]))
    }

    private static func sum(_ number: Int, _ variants: String) -> String {
        #"{"question": "What is \#(number) + 1000?", "answer": \#(number + 1000), "#
            + #""variants": \#(variants)}"#
    }

    private static func imported(_ lines: [String]) throws -> ImportResult {
        let bytes = Array(lines.joined(separator: "\n").utf8)
        return try Importer.run([ImportSource(name: "data", bytes: bytes)], ImportSettings())
    }

    @Test func `an import keeps variants`() throws {
        let lines = (0..<300).map { Self.sum($0, #"[" Add \#($0) to 1000. "]"#) }

        let result = try Self.imported(lines)

        let all = result.splits.values.flatMap { $0 } + result.todo
        #expect(result.drops.isEmpty)
        #expect(all.allSatisfy { $0.variants.count == 1 && $0.variants[0].hasPrefix("Add ") })
    }

    @Test(arguments: [
        ("[\" \"]", "whose \"variants\" is no list of texts"),
        ("[\"what is 7 + 1000\"]", "with a variant that cannot be used"),
        ("\"Add\"", "whose \"variants\" is no list of texts"),
    ])
    func `an import leaves out a record with a bad variant and says where`(value: String, reason: String)
        throws
    {
        let lines = (0..<100).map { Self.sum($0, $0 == 7 ? value : "[]") }

        let result = try Self.imported(lines)

        #expect(result.drops.map(\.reason) == [reason])
        #expect(result.drops.first?.origin == "data:8")
    }
}
