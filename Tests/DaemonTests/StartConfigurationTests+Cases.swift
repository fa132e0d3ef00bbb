import Loop

extension StartConfigurationTests {
    private static func row(_ number: Int, _ answer: String, _ rationale: String? = nil) -> String {
        let worked = rationale.map { ", \"rationale\": \"\($0)\"" } ?? ""
        return "{\"question\": \"Item \(number)?\", \"answer\": \(answer)\(worked)}"
    }

    static let cases = [
        Case(
            name: "label",
            row: { row($0, ["\"good\"", "\"bad\"", "\"so so\""][$0 % 3]) },
            lines: [
                "  answerKind: label", #"  labels: ["good", "bad", "so so"]"#, "  policy: iwsi",
                #"  answerCue: "The answer is""#, #"  shots: "shots.txt""#, #"  valid: "valid.jsonl""#,
                #"  stop: ["\n"]"#, "  maxNewTokens: 16", "  questionsPerRound: 0", "  candidates: 8",
                "  temperature: 0.7", "  minShare: 0.3", "  rounds: 3", "  tolerance: 0.0", "  patience: 3",
            ],
            missing: ["pattern", "maxTokens"]
        ),
        Case(
            name: "boolean",
            row: { row($0, ["true", "false"][$0 % 2]) },
            lines: ["  answerKind: boolean", "  policy: iwsi"],
            missing: ["pattern", "labels"]
        ),
        Case(
            name: "json",
            row: { row($0, "{\"n\": \($0), \"name\": \"Ann\"}") },
            lines: ["  answerKind: json", "  pattern: text", #"  stop: ["\n"]"#, "  policy: iwsi"],
            missing: ["answerCue", "labels"]
        ),
        Case(
            name: "json with rationales",
            row: { row($0, "{\"n\": \($0)}", "It says so.") },
            lines: ["  answerKind: json", #"  answerCue: "The answer is""#, "  policy: iwsi"],
            missing: ["pattern"]
        ),
        Case(
            name: "text",
            row: { row($0, "\"the town of Bonn\($0)\"") },
            lines: ["  answerKind: text", "  policy: iwsi"],
            missing: ["pattern", "labels"]
        ),
        Case(
            name: "numeric without rationales",
            row: { row($0, "\($0)") },
            lines: ["  answerKind: numeric", "  policy: lmsi", #"  shots: "shots.txt""#],
            missing: ["valid", "pattern"]
        ),
        Case(
            name: "numeric with rationales",
            row: { row($0, "\($0 + 1)", "One more than \($0) is \($0 + 1).") },
            lines: [
                "  answerKind: numeric", "  policy: iwsi", "  questionsPerRound: 140", "  waveQuestions: 50",
            ],
            count: 900
        ),
        Case(
            name: "expression",
            row: { row($0, #""\\frac{\#($0 + 1)\\pi}{7}""#, "It is given.") },
            lines: ["  answerKind: expression", "  policy: iwsi"]
        ),
        Case(
            name: "choice",
            row: {
                "{\"question\": \"Item \($0)?\", \"choices\": [\"a dog\", \"a cat\"], \"answer\": \"\($0 % 2 == 0 ? "A" : "B")\"}"
            },
            lines: ["  answerKind: choice", "  policy: lmsi", #"  shots: "shots.txt""#]
        ),
    ]
}
