/// Words around a value, in lower case and without apostrophes.
enum WordLists {
    /// What comes after them explains the answer.
    static let causes: Set<String> = ["because", "since", "given", "due"]

    /// A value after one of them is named by it: `the answer is yes`.
    static let leaders: Set<String> = [
        "is", "are", "was", "were", "be", "been", "being", "its", "thats", "as", "to", "seems", "appears",
        "answer", "option", "choice", "label", "class", "category", "type", "sentiment", "verdict", "result",
        "output", "prediction", "classification", "conclusion", "judgment", "judgement", "topic", "tone",
        "emotion", "intent", "say", "choose", "pick", "select", "think", "believe", "called", "labelled",
        "labeled", "considered", "deemed", "=", "→", "⇒",
    ]

    /// They say how sure or how strong, and change nothing.
    static let softeners: Set<String> = [
        "a", "an", "the", "clearly", "definitely", "certainly", "surely", "obviously", "undoubtedly",
        "probably", "likely", "simply", "just", "indeed", "actually", "really", "therefore", "thus", "hence",
        "so", "then", "also", "very", "highly", "strongly", "entirely", "completely", "absolutely", "totally",
        "overwhelmingly", "most", "and",
    ]

    /// After them a value is open.
    static let hedges: Set<String> = [
        "maybe", "perhaps", "possibly", "might", "may", "could", "can", "almost", "nearly", "partly",
        "partially", "somewhat", "mostly", "half", "slightly", "sometimes", "either", "both", "or", "if",
        "unless", "depends", "depending", "unsure", "unclear", "uncertain", "whether", "between", "but",
        "approximately", "arguably", "supposedly", "allegedly", "rather",
    ]

    /// They say that a value is not the answer.
    static let denials: Set<String> = [
        "not", "no", "never", "neither", "nor", "cannot", "cant", "isnt", "arent", "wasnt", "werent", "dont",
        "doesnt", "didnt", "wont", "aint", "hardly", "barely", "scarcely", "unlikely", "without", "except",
        "excluding", "wrong", "incorrect", "false", "untrue", "anything", "nothing", "none", "than",
        "opposite", "contrary", "unlike", "doubt", "doubtful",
    ]

    /// They may follow a value: what it is a value of.
    static let followers: Set<String> = [
        "label", "class", "category", "type", "sentiment", "answer", "option", "choice", "tone", "emotion",
        "topic", "intent", "one", "statement", "claim", "sentence", "review", "text", "overall", "here",
        "too",
        "indeed", "again",
    ]

    /// They begin a clause of its own after yes or no: `yes it is`.
    static let openers: Set<String> = [
        "it", "its", "he", "hes", "she", "shes", "they", "theyre", "we", "you", "i", "this", "that", "thats",
        "there", "theres", "these", "those", "the",
    ]

    /// After a value they take part of it back.
    static let conditions: Set<String> = [
        "but", "however", "unless", "except", "if", "maybe", "perhaps", "possibly", "sometimes", "partly",
        "partially", "mostly", "depends", "depending", "though", "although",
    ]
}
