import Loop
import Testing

/// Published sets as their authors write them, each in a record or two made up here.
@Suite struct SourceLayoutTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let layout: String
        let text: String
        let drafts: [QuestionDraft]
        var left: [String] = []
        var testDescription: String { "\(layout): \(text.prefix(40))" }
    }

    static let sums = [
        Case(
            layout: "gsm8k",
            text:
                #"{"question": "How many?", "answer": "He has 3*4=<<3*4=12>>12\nThen 12+6=<<12+6=18>>18\n#### 18"}"#,
            drafts: [
                QuestionDraft(
                    "How many?",
                    answer: "18",
                    rationale: "He has 3*4=12. Then 12+6=18",
                    line: 1
                )
            ]
        ),
        Case(
            layout: "svamp",
            text:
                #"[{"ID": "s-1", "Body": "Jo has 8 pens. ", "Question": "How many?", "Equation": "8", "Answer": 8.0}]"#,
            drafts: [QuestionDraft("Jo has 8 pens. How many?", answer: "8", line: 1)]
        ),
        Case(
            layout: "math",
            text:
                #"{"problem": "Halve 3.", "level": "Level 1", "type": "Algebra", "solution": "So $\\boxed{\\frac{3}{2}}$."}"#,
            drafts: [
                QuestionDraft(
                    "Halve 3.",
                    answer: "\\frac{3}{2}",
                    rationale: "So $\\boxed{\\frac{3}{2}}$.",
                    level: 1,
                    line: 1
                )
            ]
        ),
    ]

    static let options = [
        Case(
            layout: "arc",
            text: """
                {"id": "M1", "question": "Which?", "choices": {"text": ["a", "b", "c"], "label": ["1", "2", "3"]}, "answerKey": "3"}
                {"id": "M2", "question": {"stem": "And?", "choices": [{"text": "x", "label": "A"}, {"text": "y", "label": "B"}]}, "answerKey": "B"}
                {"id": "M3", "question": "No key?", "choices": {"text": ["a", "b"], "label": ["A", "B"]}, "answerKey": "E"}
                """,
            drafts: [
                QuestionDraft("Which?", choices: ["a", "b", "c"], answer: "C", line: 1),
                QuestionDraft("And?", choices: ["x", "y"], answer: "B", line: 2),
            ],
            left: ["with an answer key that no option has"]
        ),
        Case(
            layout: "openbookqa",
            text:
                #"{"id": "7", "question_stem": "The sun is", "choices": {"text": ["a star", "a moon"], "label": ["A", "B"]}, "answerKey": "A"}"#,
            drafts: [QuestionDraft("The sun is", choices: ["a star", "a moon"], answer: "A", line: 1)]
        ),
        Case(
            layout: "strategyqa",
            text:
                #"{"qid": "1", "question": "Can fish fly?", "answer": false, "facts": ["Fish swim.", "Few glide."]}"#,
            drafts: [
                QuestionDraft(
                    "Can fish fly?",
                    answer: "no",
                    rationale: "Fish swim. Few glide.",
                    line: 1
                )
            ]
        ),
        Case(
            layout: "boolq",
            text:
                #"{"question": "is ice cold", "title": "Ice", "answer": true, "passage": "Ice is frozen water."}"#,
            drafts: [
                QuestionDraft(
                    "Ice is frozen water.\nIs ice cold?",
                    answer: "yes",
                    line: 1
                )
            ]
        ),
        Case(
            layout: "anli",
            text: """
                {"uid": "1", "premise": "It rains.", "hypothesis": "It is dry.", "label": 2, "reason": "Rain is wet."}
                {"uid": "2", "context": "It rains.", "hypothesis": "It is Monday.", "label": "n", "reason": ""}
                {"uid": "3", "premise": "It rains.", "hypothesis": "Who knows.", "label": -1}
                """,
            drafts: [
                QuestionDraft(
                    asking("It rains.", "It is dry."),
                    answer: "contradiction",
                    rationale: "Rain is wet.",
                    line: 1
                ),
                QuestionDraft(
                    asking("It rains.", "It is Monday."),
                    answer: "neutral",
                    line: 2
                ),
            ],
            left: ["without a label"]
        ),
    ]

    static let texts = [
        Case(
            layout: "squad",
            text: """
                {"id": "1", "title": "T", "context": "Bonn is a city.", "question": " What is Bonn?", "answers": {"text": ["a city", "city"], "answer_start": [8, 10]}}
                {"id": "2", "title": "T", "context": "Bonn is a city.", "question": "Who?", "answers": {"text": [], "answer_start": []}}
                """,
            drafts: [QuestionDraft("Bonn is a city.\nWhat is Bonn?", answer: "a city", line: 1)],
            left: ["that the context does not answer"]
        ),
        Case(
            layout: "squad",
            text: """
                {"version": "1.1", "data": [
                {"title": "T", "paragraphs": [{"context": "C.", "qas": [
                {"id": "1", "question": "Q?", "answers": [{"text": "A", "answer_start": 0}]}]}]}]}
                """,
            drafts: [QuestionDraft("C.\nQ?", answer: "A", line: 3)]
        ),
        Case(
            layout: "natural-instructions",
            text: """
                {"Definition": ["Say the colour."], "Categories": ["x"],
                 "Positive Examples": [{"input": "grass", "output": "green", "explanation": "Grass is green."}],
                 "Negative Examples": [{"input": "sky", "output": "red", "explanation": "No."}],
                 "Instances": [
                 {"id": "t-1", "input": "snow", "output": ["white", "pale"]}]}
                """,
            drafts: [
                QuestionDraft(
                    "Say the colour.\ngrass",
                    answer: "green",
                    rationale: "Grass is green.",
                    line: 2
                ),
                QuestionDraft("Say the colour.\nsnow", answer: "white", line: 5),
            ]
        ),
        Case(
            layout: "alpaca",
            text: """
                {"instruction": "Add.", "input": "1, 2", "output": "1 + 2 = 3. The answer is **3**."}
                {"instruction": "Name a sea.", "input": "", "output": "The North Sea"}
                """,
            drafts: [
                QuestionDraft(
                    "Add.\n1, 2",
                    answer: "3",
                    rationale: "1 + 2 = 3. The answer is **3**.",
                    line: 1
                ),
                QuestionDraft("Name a sea.", answer: "The North Sea", line: 2),
            ]
        ),
        Case(
            layout: "sharegpt",
            text: """
                {"id": "1", "conversations": [{"from": "system", "value": "Be kind."}, {"from": "human", "value": "2 + 2?"}, {"from": "gpt", "value": "It is \\\\boxed{4}."}, {"from": "human", "value": "And?"}]}
                {"id": "2", "conversations": [{"from": "gpt", "value": "Hello"}]}
                """,
            drafts: [QuestionDraft("2 + 2?", answer: "4", rationale: "It is \\boxed{4}.", line: 1)],
            left: ["without a question"]
        ),
        Case(
            layout: "messages",
            text:
                #"{"messages": [{"role": "user", "content": [{"type": "text", "text": "2 + 2?"}]}, {"role": "assistant", "content": "<think>Two twos.</think>\n#### 4"}]}"#,
            drafts: [QuestionDraft("2 + 2?", answer: "4", rationale: "Two twos.", line: 1)]
        ),
    ]

    private static func asking(_ premise: String, _ hypothesis: String) -> String {
        "Premise: \(premise)\nHypothesis: \(hypothesis)\n"
            + "What is the hypothesis, given the premise: entailment, neutral or contradiction?"
    }

    @Test(arguments: sums + options + texts)
    func `a set is recognised by its fields, and its records become questions`(sample: Case) throws {
        let records = try SourceFormat.records(of: Array(sample.text.utf8), name: "set").records

        let layout = try #require(SourceLayouts.standard.fitting(records))
        let items = records.flatMap { layout.items(of: $0) }

        #expect(layout.name == sample.layout)
        let drafts = items.compactMap { item in
            if case .question(let draft) = item { draft } else { nil }
        }
        let left = items.compactMap { item in
            if case .left(let reason, _) = item { reason } else { nil }
        }
        #expect(drafts == sample.drafts)
        #expect(left == sample.left)
    }

    @Test func `every layout has a sample, and its name finds it`() {
        let names = Set((Self.sums + Self.options + Self.texts).map(\.layout))

        #expect(names == Set(SourceLayouts.standard.names))
        for name in names { #expect(SourceLayouts.standard[name]?.name == name) }
    }

    @Test(arguments: [
        #"{"question": "What is 1 + 1?", "answer": "2"}"#, #"{"text": "good", "label": "positive"}"#,
        #"{"prompt": "x", "completion": "y"}"#,
    ])
    func `other fields are of no layout`(text: String) throws {
        let records = try SourceFormat.records(of: Array(text.utf8), name: "set").records

        #expect(SourceLayouts.standard.fitting(records) == nil)
    }
}
