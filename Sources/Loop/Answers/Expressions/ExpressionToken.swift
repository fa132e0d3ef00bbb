/// A part of an expression, whether LaTeX or plain text wrote it.
struct ExpressionToken: Equatable {
    /// What it is.
    enum Kind: Equatable {
        /// A number; its digits where they are plain and whole, so that `\frac12` can take one of them.
        case number(ExactNumber, digits: String?)
        /// `½` and its like.
        case part(ExactNumber)
        /// A variable, or a constant such as `pi`.
        case name(String)
        /// A function or another command: `frac`, `sqrt`, `sin`, `begin:pmatrix`.
        case command(String)
        /// An operator, a bracket, a separator or a relation, in one spelling.
        case mark(Character)
        /// A unit or other words beside a number.
        case words(String)
    }

    var kind: Kind
    /// Whether white space comes before it.
    var isApart = false

    func isMark(_ mark: Character) -> Bool {
        guard case .mark(let found) = kind else { return false }
        return found == mark
    }
}

/// What names and words mean in expressions.
enum ExpressionWords {
    /// Functions of one argument, by their names without a backslash.
    static let functions: Set<String> = [
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "asin", "acos", "atan",
        "sinh",
        "cosh", "tanh", "ln", "log", "exp", "abs", "sqrt", "cbrt", "factorial", "root", "matrix", "base",
        "binom",
        "lg", "floor", "ceil",
    ]

    /// Names of more than one letter.
    static let names: Set<String> = [
        "pi", "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda",
        "mu", "nu", "xi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta",
        "Lambda", "Sigma", "Phi", "Psi", "Omega", "ell",
    ]

    /// Greek letters as characters.
    static let letters: [Character: String] = [
        "π": "pi", "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "θ": "theta",
        "λ": "lambda", "μ": "mu", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ω": "omega",
        "Δ": "Delta",
    ]

    /// Commands that only dress.
    static let dress: Set<String> = [
        "left", "right", "displaystyle", "textstyle", "quad", "qquad", "big", "Big", "bigl", "bigr", "Bigl",
        "Bigr", "limits", "bf", "rm", "it", "bigg", "Bigg", "biggl", "biggr",
    ]

    /// Commands whose group is text.
    static let texts: Set<String> = [
        "text", "mbox", "textbf", "textit", "textrm", "textnormal", "mathrm", "mathbf", "mathit",
        "operatorname",
        "mathsf", "texttt", "emph",
    ]

    /// Commands that are one mark.
    static let marks: [String: Character] = [
        "cdot": "*", "times": "*", "ast": "*", "div": "/", "pm": "±", "mp": "∓", "cup": "∪", "infty": "∞",
        "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥", "geqslant": "≥", "lt": "<", "gt": ">",
        "in": "∈", "ne": "≠", "neq": "≠", "approx": "≈", "simeq": "≈", "lvert": "|", "rvert": "|",
        "vert": "|",
        "mid": "|", "degree": "°", "circ": "°", "percent": "%", "lbrace": "{", "rbrace": "}",
        "lbrack": "[", "rbrack": "]", "emptyset": "∅", "varnothing": "∅",
    ]

    /// Units that plain words name.
    static let units: Set<String> = [
        "cm", "mm", "km", "kg", "mg", "ml", "ft", "inch", "inches", "foot", "feet", "yard", "yards", "mile",
        "miles", "meter", "meters", "metre", "metres", "centimeter", "centimeters", "kilometers",
        "millimeters",
        "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week", "weeks", "month",
        "months", "year", "years", "dollar", "dollars", "cent", "cents", "degree", "degrees", "radian",
        "radians", "percent", "percentage", "pct", "unit", "units", "square", "cubic", "per", "sq", "mph",
        "euros", "pounds", "liters", "litres", "gallons", "grams", "kilograms", "points", "times",
    ]

    /// Words that begin an explanation.
    static let causes: Set<String> = [
        "because", "since", "as", "so", "thus", "hence", "therefore", "which", "where", "when",
    ]

    /// Short words that are no product of variables.
    static let prose: Set<String> = [
        "is", "it", "no", "yes", "not", "the", "for", "any", "all", "if", "to", "of", "at", "we", "by", "an",
        "be", "are", "was", "has", "can", "one", "two", "six", "ten", "its", "too", "odd", "see", "you",
        "our",
        "but", "my", "he", "do", "go", "up", "out", "now", "new", "old", "let", "set", "ok", "us", "on", "am",
        "pm", "in", "max", "min", "lim", "mod", "gcd", "lcm", "det", "nor", "lot",
    ]
}
