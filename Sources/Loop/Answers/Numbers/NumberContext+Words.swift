/// The words that decide whether a number is plainly the answer.
extension NumberContext {
    /// After these comes an explanation of the answer.
    static let causes: Set<String> = ["because", "since", "given", "due"]

    /// Whether a word denies what follows it.
    static func isDenial(_ word: String) -> Bool { denials.contains(word) || word.hasSuffix("n't") }

    /// Whether a word leaves more than one answer, or none.
    static func divides(_ word: String) -> Bool {
        isDenial(word) || ["or", "and", "either", "but"].contains(word)
    }

    /// Whether a part of an equation's side makes the side something to compute.
    static func computes(_ token: NumberToken) -> Bool {
        switch token.kind {
        case .digits, .fraction, .dash, .plus, .times, .slash, .caret, .superscript, .open, .refused: true
        case .word(let word): operators.contains(word)
        default: false
        }
    }

    private static let operators: Set<String> = [
        "x", "plus", "minus", "times", "divided", "multiplied", "of", "squared", "cubed",
    ]

    private static let denials: Set<String> = [
        "not", "never", "neither", "nor", "no", "cannot", "without", "except", "isnt", "wasnt", "arent", "nt",
        "unknown", "impossible", "undefined", "incorrect", "wrong", "false", "anything", "doubt", "doubtful",
        "opposite", "unlikely",
    ]

    /// Up to three words before a number these make it a bound, a part, or an operand.
    static let bounds: Set<String> = [
        "less", "more", "fewer", "greater", "larger", "smaller", "higher", "lower", "least", "most", "than",
        "between",
        "under", "below", "above", "over", "beyond", "nearly", "almost", "upto", "either", "within", "up",
        "until",
        "twice", "thrice", "double", "triple", "square", "cube", "root", "sqrt", "sum", "difference",
        "product",
        "quotient", "remainder", "factorial", "log", "ln", "sin", "cos", "tan", "plus", "times", "divided",
        "multiplied",
        "some", "maybe", "perhaps",
    ]

    /// Right before or after a number these make it a date.
    static let months: Set<String> = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
        "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
        "dec",
    ]

    /// Right before a number these make it a place or a name.
    static let names: Set<String> = [
        "step",
        "equation", "eq", "figure", "fig", "table", "chapter", "page", "section", "version", "v", "room",
        "part",
        "problem", "question", "exercise", "example", "line", "paragraph", "iphone", "apollo", "route",
    ]

    /// Right after a number these make it an operand, a choice or a range.
    static let refusedAfter: Set<String> = [
        "or", "to", "through", "until", "till", "versus", "vs", "plus", "minus", "divided", "multiplied",
        "squared", "cubed", "factorial", "mod", "modulo", "point", "choose", "raised", "over", "x",
        "maybe", "perhaps", "max", "maximum", "minimum", "if", "unless", "kk", "gross", "am", "pm",
    ]

    /// Units of length, whose squares and cubes may be written as `m2`; in `5r2` the letter is a remainder.
    static let lengths: Set<String> = ["m", "cm", "mm", "km", "dm", "nm", "um", "ft", "in", "yd", "mi"]

    /// After `and` these add to the number.
    static let additions: Set<String> = ["more", "some", "a", "another", "counting", "something"]

    /// Words of which `times` after a number may be followed, as in `5 times as many`.
    static let afterTimes: Set<String> = [
        "as", "a", "per", "more", "each", "every", "in", "on", "this", "last",
    ]

    /// Words that join a number to the same number again, as in `8, that is 8`.
    static let repeats: Set<String> = ["is", "ie", "namely", "means", "so", "thus", "altogether"]

    /// Units of one letter; other letters may be variables.
    static let letters: Set<Unicode.Scalar> = [
        "m", "g", "s", "h", "d", "l", "w", "v", "j", "c", "f", "p", "t",
    ]

    /// After the number these take it back.
    static let takesBack: Set<String> = ["wrong", "incorrect", "false", "impossible", "cannot", "no"]

    /// After these, `not` takes the number back.
    static let verbs: Set<String> = [
        "is", "was", "are", "were", "be", "does", "did", "do", "can", "could", "would",
    ]

    /// Words before a reference number that name its currency.
    static let currencies: Set<String> = [
        "usd", "us", "eur", "gbp", "inr", "rs", "cad", "aud", "a", "c", "hk", "nz", "jpy", "chf", "dollars",
    ]
}
