import Foundation
import Loop
import Testing

/// From files to splits: what is left out, what stays together, and who gets what.
@Suite struct ImporterTests {
    private static func run(
        _ text: String,
        _ change: (inout ImportSettings) throws -> Void = { _ in }
    ) throws -> ImportResult {
        var settings = ImportSettings()
        try change(&settings)
        return try Importer.run([ImportSource(name: "data", bytes: Array(text.utf8))], settings)
    }

    /// Sums that are all different, with a rationale where asked for.
    private static func sums(_ count: Int, worked: Range<Int> = 0..<0) -> String {
        (0..<count).map { index in
            let rationale = worked.contains(index) ? "\(index) + 1000 = \(index + 1000)." : ""
            return
                #"{"question": "What is \#(index) + 1000?", "answer": \#(index + 1000), "rationale": "\#(rationale)"}"#
        }.joined(separator: "\n")
    }

    private static func texts(_ result: ImportResult, _ split: Split) -> [String] {
        result.splits[split, default: []].map(\.text)
    }

    @Test func `a file is divided, and no question is in two splits`() throws {
        let result = try Self.run(Self.sums(1000, worked: 0..<1000))

        #expect(result.splits.mapValues(\.count) == [.train: 632, .valid: 64, .gate: 150, .test: 150])
        #expect(result.shots.count == 4)
        let all = Split.allCases.flatMap { Self.texts(result, $0) } + result.shots.map(\.text)
        #expect(Set(all).count == 1000)
        #expect(result.drops.isEmpty && result.notes.isEmpty, "\(result.notes)")
        #expect(result.answers.name == "numeric" && result.answers.readCount == 1000)
    }

    @Test func `a level that is no whole number is left out with a note`() throws {
        let levels = ["3.5", "true", "-1", "\"Level ?\"", "null", "\"\"", "4", "\"Level 5\""]
        let lines = levels.enumerated().map { index, level in
            #"{"question": "What is \#(index) + 1000?", "answer": \#(index + 1000), "level": \#(level)}"#
        }

        let result = try Self.run(lines.joined(separator: "\n")) {
            ($0.plan, $0.shotCount) = (try SplitPlan("train=100%,valid=0,gate=0,test=0"), 0)
        }

        #expect(result.splits[.train, default: []].compactMap(\.level).sorted() == [4, 5])
        let note = try #require(result.notes.first { $0.contains("a level") })
        #expect(note.hasPrefix("4 records have") && note.contains("data:1 is the first"))
    }

    @Test func `what is written is read by the daemon's own reader and passes its checks`() throws {
        let result = try Self.run(Self.sums(300, worked: 0..<40))

        for split in Split.allCases {
            let questions = result.splits[split, default: []]
            let lines = try QuestionFile.lines(of: Data(QuestionFile.text(of: questions).utf8), name: "file")
            #expect(lines.map(\.question) == questions.map(\.text))
            #expect(lines.map(\.answer) == questions.map(\.answer))
            #expect(lines.map(\.rationale) == questions.map(\.rationale))
            for question in questions {
                try QuestionValidation.check(question, configuration: RoundConfiguration())
            }
        }
        #expect(try LeakCheck.check(Split.allCases.flatMap { result.splits[$0, default: []] }).isEmpty)
    }

    @Test func `a text survives being written whatever it holds`() throws {
        let text = "\"quoted\" \\ back\nline\ttab \u{1} ü 日本 😀 \u{2028}"
        let question = QuestionInput(
            text: text,
            choices: ["a\\", "b"],
            answer: "A",
            split: .train,
            origin: ""
        )

        let lines = try QuestionFile.lines(of: Data(QuestionFile.text(of: [question]).utf8), name: "file")

        #expect(lines.first?.question == text)
        #expect(lines.first?.choices == ["a\\", "b"])
    }

    @Test func `the same seed gives the same splits, another one others`() throws {
        let text = Self.sums(400, worked: 0..<400)

        let (first, second) = (try Self.run(text), try Self.run(text))
        let other = try Self.run(text) { $0.seed = 1 }

        #expect(first.splits == second.splits && first.shotsText == second.shotsText)
        #expect(Self.texts(first, .gate) != Self.texts(other, .gate))
        #expect(first.splits.mapValues(\.count) == other.splits.mapValues(\.count))
    }

    @Test func `each split gets its share of every label`() throws {
        let rows = (0..<400).map { "item number \($0),\($0 < 300 ? "good" : "bad")" }.joined(separator: "\n")

        let result = try Self.run("text,label\n" + rows) {
            $0.mapping.options = ["good", "bad"]
            $0.plan = try SplitPlan("gate=80,test=40")
        }

        func bad(_ split: Split) -> Int {
            result.splits[split, default: []].filter { $0.answer == "bad" }.count
        }
        #expect(result.answers.name == "choice")
        #expect(result.splits[.gate]?.count == 80 && bad(.gate) == 20)
        #expect(result.splits[.test]?.count == 40 && bad(.test) == 10)
    }

    @Test(arguments: [
        ("What is 3 + 4?", "what is  3 + 4"), ("What is 3 + 4?", "What is\u{200B} 3 + 4?"),
        ("What is 3 + 4?", "Ｗhat is 3 + 4?"), ("Don’t stop, Ann!", "don't stop Ann"),
    ])
    func `texts that only look different are the same question`(one: String, other: String) throws {
        let result = try Self.run(
            "{\"question\": \"\(one)\", \"answer\": 7}\n{\"question\": \"\(other)\", \"answer\": \"7.0\"}"
        )

        #expect(result.questionCount == 1)
        #expect(result.drops.map(\.reason) == ["that are there twice"])
        #expect(result.drops.first?.origin == "data:2")
    }

    @Test(arguments: [
        ("What is 3 + 4?", "What is 3 - 4?"), ("What is 3.5 + 1?", "What is 35 + 1?"),
        ("What is (2 + 3) * 4?", "What is 2 + (3 * 4)?"), ("What is -3 + 4?", "What is 3 + 4?"),
    ])
    func `texts with another meaning are two questions`(one: String, other: String) throws {
        let result = try Self.run(
            "{\"question\": \"\(one)\", \"answer\": 7}\n{\"question\": \"\(other)\", \"answer\": 8}"
        )

        #expect(result.questionCount == 2 && result.drops.isEmpty)
    }

    @Test func `copies with different answers are all left out`() throws {
        let text = Self.sums(20) + "\n" + #"{"question": "what is 3 + 1000", "answer": 5}"#

        let result = try Self.run(text)

        #expect(result.questionCount == 19)
        let drop = try #require(result.drops.first)
        #expect(drop.reason == "that are there again with another answer" && drop.count == 2)
        #expect(drop.origin == "data:4")
        #expect(drop.example == "1003 there, 5 at data:21")
    }

    @Test func `near duplicates stay in one split`() throws {
        let long =
            "a long story about a ship that sails from one small harbour to the next one in the far north"
        let rows = (0..<300).map { index in
            // Three of each, which differ in their last word alone.
            #"{"question": "\#(index / 3) is the number of \#(index / 3) \#(long) \#(["now", "today", "soon"][index % 3])", "answer": \#(index)}"#
        }

        let result = try Self.run(rows.joined(separator: "\n"))

        var splits: [Substring: Set<Split>] = [:]
        for (split, questions) in result.splits {
            for question in questions {
                splits[question.text.prefix { $0 != " " }, default: []].insert(split)
            }
        }
        #expect(splits.count >= 90 && splits.values.allSatisfy { $0.count == 1 })
        #expect(
            result.notes.contains { $0.hasPrefix("300 questions are nearly the same") },
            "\(result.notes)"
        )
    }

    @Test func `a long instruction that all share makes no near duplicates`() throws {
        let instruction = (0..<80).map { "word\($0)" }.joined(separator: " ")
        let rows = (0..<200).map { "{\"question\": \"\(instruction) item \($0)\", \"answer\": \($0)}" }

        let result = try Self.run(rows.joined(separator: "\n"))

        #expect(result.splits[.gate]?.count == 50 && result.splits[.test]?.count == 50)
        #expect(!result.notes.contains { $0.contains("nearly the same") })
    }

    @Test func `files that are splits stay so, and what leaks is taken out of train`() throws {
        let near = "Ann walks along the river with her two dogs and counts the boats that pass"
        let train = Self.sums(200) + "\n{\"question\": \"\(near), 1 + 1, today?\", \"answer\": 2}"
        let test =
            #"{"question": "What is 7 + 1000 ?", "answer": 1007}"#
            + "\n{\"question\": \"\(near), 1 + 1, now?\", \"answer\": 2}"

        let result = try Importer.run(
            [
                ImportSource(name: "train", split: .train, bytes: Array(train.utf8)),
                ImportSource(name: "test", split: .test, bytes: Array(test.utf8)),
            ],
            ImportSettings()
        )

        #expect(result.splits[.test]?.map(\.origin) == ["test:1", "test:2"])
        #expect(result.splits[.gate]?.count == 49)
        #expect(
            result.drops.map { "\($0.origin) \($0.reason)" } == [
                "train:8 that are in another split, too",
                "train:201 that are nearly the same as one of a held-out file",
            ]
        )
        #expect(result.notes.contains("valid, gate cut from the questions of --train"))
    }

    @Test func `a file without rationales sets questions aside to write them for`() throws {
        let result = try Self.run(Self.sums(300))

        #expect(result.splits[.valid]?.isEmpty == true && result.todo.count == 16)
        let more = try Self.run(Self.sums(300)) { $0.plan = try SplitPlan("valid=40") }
        let none = try Self.run(Self.sums(300)) { $0.plan = try SplitPlan("valid=0") }
        #expect(more.todo.count == 40 && none.todo.isEmpty)
        #expect(result.shots.isEmpty)
        #expect(result.notes.contains { $0.contains("valid.todo.jsonl") && $0.contains("lmsi") })
    }

    @Test func `a rationale gets its answer at the end, and one that says another is not for valid`() throws {
        let text = """
            {"question": "What is 1 + 2?", "answer": 3, "rationale": "One more than two\\nis three"}
            {"question": "What is 2 + 2?", "answer": 4, "rationale": "The answer is 5."}
            {"question": "What is 3 + 2?", "answer": 5, "rationale": "Easy. The answer is 5."}
            """

        let result = try Self.run(text) {
            $0.plan = try SplitPlan("valid=3,gate=0,test=0")
            $0.shotCount = 0
        }

        #expect(
            result.splits[.valid]?.map(\.rationale) == [
                "One more than two is three. The answer is 3.", "Easy. The answer is 5.",
            ]
        )
        #expect(Self.texts(result, .train) == ["What is 2 + 2?"])
    }

    @Test func `worked examples come from train, and none holds a held-out question`() throws {
        let result = try Self.run(Self.sums(500, worked: 0..<60))

        #expect(result.shots.count == 4 && result.shots.allSatisfy { $0.split == .train })
        #expect(Set(result.shots.map(\.answer)).count == 4)
        let used = Set(result.shots.map(\.text))
        #expect(Split.allCases.allSatisfy { used.isDisjoint(with: Self.texts(result, $0)) })
        #expect(result.shotsText.hasPrefix("Q: What is "))
        let first = try #require(result.shots.first)
        #expect(result.shotsText.hasPrefix("Q: \(first.text)\nA: \(first.rationale ?? "")\nQ: "))
        #expect(ShotsText(result.shotsText, for: PromptSettings()).warnings.isEmpty)
    }
}
