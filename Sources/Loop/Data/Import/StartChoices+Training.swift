/// How candidates are selected, trained on and decided on.
extension StartChoices {
    var select: [Choice] {
        count(.valid) > 0
            ? [choice("select.policy", SelectionPolicyID.iwsi, "vote, then DS weight: there is a valid set")]
            : [
                choice(
                    "select.policy",
                    SelectionPolicyID.lmsi,
                    "the vote alone: DS weights need questions with worked answers, a valid set"
                        + (result.todo.isEmpty
                            ? ""
                            : "; once valid.todo.jsonl has rationales, name it in questions.valid and set iwsi")
                )
            ]
    }

    /// Only where the default would leave out candidates.
    var finetune: [Choice] {
        let (needed, most) = (lengths.trainTokens, FinetuneSettings().maxTokens)
        guard needed > most else { return [] }
        return [
            choice(
                "finetune.maxTokens",
                needed,
                "the longest question has \(Plain.count(lengths.questionBytes)) bytes, and its answer comes on top"
            )
        ]
    }

    var others: [Choice] {
        let gate = count(.gate) > 0 ? "" : "; without a gate split the valid set decides"
        return [
            choice("gate.tolerance", 0.0, "a loss of one question is too many: tolerances add up" + gate),
            choice("gate.patience", 3, "after this many rounds in a row without gain the loop waits"),
            choice("loop.rounds", 3, "then the daemon idles; 0 continues without end"),
            choice("loop.seed", 1, "the same seed gives the same run on the same machine"),
        ]
    }
}
