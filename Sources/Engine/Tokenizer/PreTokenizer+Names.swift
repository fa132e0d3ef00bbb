/// What a name in `tokenizer.ggml.pre` says about a byte-level tokenizer.
struct NamedRules: Sendable {
    var steps: [PreTokenizer.Step]
    /// Whether text is composed (NFC) first, as the family's own tokenizer.json has it.
    var composesCharacters = false
    /// Whether known words are taken whole.
    var takesKnownWordsWhole = false
    /// Whether a text begins with the begin token where the file does not say.
    var addsBOS = false
}

extension PreTokenizer {
    /// The rules by name; source: llama.cpp's `src/llama-vocab.cpp`, and each family's tokenizer.json.
    static let named: [String: NamedRules] = {
        let gpt2 = NamedRules(steps: [.gpt2])
        let composing = NamedRules(steps: [.gpt2], composesCharacters: true)
        let digits = NamedRules(steps: [.digits(atMost: 1), .gpt2])
        let qwen2 = NamedRules(steps: [.llama3(digitsAtMost: 1)], composesCharacters: true)
        let llama3 = NamedRules(
            steps: [.llama3(digitsAtMost: 3)],
            takesKnownWordsWhole: true,
            addsBOS: true
        )
        var rules: [String: NamedRules] = [:]
        for name in ["gpt-2", "gpt2", "phi-2", "a.x-4.0", "mellum", "exaone4", "granite-docling"] {
            rules[name] = gpt2
        }
        for name in ["mpt", "olmo"] { rules[name] = composing }
        for name in ["smollm", "starcoder", "refact", "codeshell", "exaone", "minerva-7b"] {
            rules[name] = digits
        }
        rules["command-r"] = NamedRules(steps: digits.steps, composesCharacters: true)
        for name in ["qwen2", "deepseek-r1-qwen"] { rules[name] = qwen2 }
        for name in ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "lfm2", "pixtral"] {
            rules[name] = llama3
        }
        rules["stablelm2"] = NamedRules(steps: [.llama3(digitsAtMost: 1)])
        for name in ["dbrx", "smaug-bpe"] { rules[name] = NamedRules(steps: [.llama3(digitsAtMost: 3)]) }
        for (name, patterns) in compiled {
            // A pattern that does not compile leaves its name unknown; a test compiles all.
            guard let steps = try? patterns.map({ Step.pattern(try WordPattern($0), .isolated) }) else {
                continue
            }
            rules[name] = NamedRules(
                steps: steps,
                takesKnownWordsWhole: name == "tekken",
                addsBOS: name == "tekken"
            )
        }
        return rules
    }()

    /// Patterns without a scanner of their own.
    static let compiled: [String: [String]] = [
        "qwen35": [qwen35],
        "tekken": [tekken],
        "gpt-4o": [gpt4o], "llama4": [gpt4o],
        "falcon": [#"[\p{P}\$\+<=>\^~\|`]+"#, gpt2, "[0-9][0-9][0-9]"],
        "default": [#"[\p{P}\$\+<=>\^~\|]+"#, gpt2, #"\p{N}+"#, "[0-9][0-9][0-9]"],
        "deepseek-llm": [
            "[\r\n]", latin,
            #"\s?[!-/:-~"# + "\u{FF01}-\u{FF0F}\u{FF1A}-\u{FF5E}\u{2018}-\u{201F}\u{3000}-\u{3002}]+",
            #"\s+$"#, cjk, #"\p{N}+"#,
        ],
        "deepseek-coder": [
            "[\r\n]", #"\s?\p{L}+"#, #"\s?\p{P}+"#, cjk, #"\p{N}"#,
        ],
        "deepseek-v3": deepSeek3, "hunyuan-dense": deepSeek3,
    ]

    private static let cjk = "[\u{4E00}-\u{9FA5}\u{800}-\u{4E00}\u{AC00}-\u{D7FF}]+"
    private static let gpt2 =
        #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"#
    private static let tail = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"

    static let qwen35 =
        contractions + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"# + tail

    private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
    private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
    private static let before = #"[^\r\n\p{L}\p{N}]?"#
    private static let symbols = #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|"#

    static let tekken =
        "\(before)\(upper)*\(lower)+|\(before)\(upper)+\(lower)*|" + #"\p{N}"# + symbols + tail
    static let gpt4o =
        "\(before)\(upper)*\(lower)+\(contractions)?|\(before)\(upper)+\(lower)*\(contractions)?|"
        + #"\p{N}{1,3}"# + symbols + tail

    private static let deepSeek3 = [
        #"\p{N}{1,3}"#,
        "[\u{4E00}-\u{9FA5}\u{3040}-\u{309F}\u{30A0}-\u{30FF}]+",
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|"##
            + #" ?[\p{P}\p{S}]+[\r\n]*|"# + tail,
    ]

    /// Letters of the scripts that have two cases.
    private static let latin: String = {
        let letters: [String] = [
            "A-Za-z\u{B5}\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{1BA}\u{1BC}-\u{1BF}\u{1C4}-\u{293}",
            "\u{295}-\u{2AF}\u{370}-\u{373}\u{376}\u{377}\u{37B}-\u{37D}\u{37F}\u{386}\u{388}-\u{38A}",
            "\u{38C}\u{38E}-\u{3A1}\u{3A3}-\u{3F5}\u{3F7}-\u{481}\u{48A}-\u{52F}\u{531}-\u{556}",
            "\u{10A0}-\u{10C5}\u{13A0}-\u{13F5}\u{13F8}-\u{13FD}\u{1C90}-\u{1CBA}\u{1CBD}-\u{1CBF}",
            "\u{1D00}-\u{1D2B}\u{1D6B}-\u{1D77}\u{1D79}-\u{1D9A}\u{1E00}-\u{1F15}\u{1F18}-\u{1F1D}",
            "\u{1F20}-\u{1F45}\u{1F48}-\u{1F4D}\u{1F50}-\u{1F57}\u{1F59}\u{1F5B}\u{1F5D}",
            "\u{1F5F}-\u{1F7D}\u{1F80}-\u{1FB4}\u{1FB6}-\u{1FBC}\u{1FBE}\u{1FC2}-\u{1FC4}",
            "\u{1FC6}-\u{1FCC}\u{1FD0}-\u{1FD3}\u{1FD6}-\u{1FDB}\u{1FE0}-\u{1FEC}\u{1FF2}-\u{1FF4}",
            "\u{1FF6}-\u{1FFC}\u{2102}\u{2107}\u{210A}-\u{2113}\u{2115}\u{2119}-\u{211D}\u{2124}",
            "\u{2126}\u{2128}\u{212A}-\u{212D}\u{212F}-\u{2134}\u{2139}\u{213C}-\u{213F}",
            "\u{2145}-\u{2149}\u{214E}\u{2183}\u{2184}\u{2C00}-\u{2C7B}\u{2C7E}-\u{2CE4}",
            "\u{2CEB}-\u{2CEE}\u{2CF2}\u{2CF3}\u{A640}-\u{A66D}\u{A680}-\u{A69B}\u{A722}-\u{A76F}",
            "\u{A771}-\u{A787}\u{A78B}-\u{A78E}\u{AB70}-\u{ABBF}\u{FB00}-\u{FB06}\u{FB13}-\u{FB17}",
            "\u{FF21}-\u{FF3A}\u{FF41}-\u{FF5A}\u{10400}-\u{1044F}\u{104B0}-\u{104D3}",
            "\u{104D8}-\u{104FB}\u{10C80}-\u{10CB2}\u{10CC0}-\u{10CF2}\u{118A0}-\u{118DF}",
            "\u{1E900}-\u{1E943}",
        ]
        return #"\s?["# + letters.joined() + "]+"
    }()
}
