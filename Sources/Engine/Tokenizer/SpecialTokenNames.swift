/// What the files beside tokenizer.json say about special tokens.
struct SpecialTokenNames {
    /// `eos_token`.
    var endOfText: String?
    /// `added_tokens_decoder` and added_tokens.json, in order of ids.
    var added: [TokenizerJSON.Added] = []
    /// Those of `added` of which only added_tokens.json speaks: an id without flags.
    private var bare: Set<Int> = []
    /// Names without ids: `additional_special_tokens`.
    var special: [String] = []
    /// `bos_token` and the like with their flags, in the order in which transformers adds them.
    var named: [TokenizerJSON.Added] = []

    private static let keys = [
        "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token",
    ]

    /// Reads `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json`.
    ///
    /// - Throws: `EngineError` with code `tokenizer_unsupported` for what is not JSON.
    init(_ files: HuggingFaceTokenizerFiles) throws {
        var found: [String: TokenizerJSON.Added] = [:]
        let sources = [
            (files.tokenizerConfig, "tokenizer_config.json"),
            (files.specialTokensMap, "special_tokens_map.json"),
        ]
        for case (let bytes?, let name) in sources {
            try TokenizerDefinition.parse(bytes, name) { file in
                guard file.object != nil else { throw TokenizerJSON.Problem("it is no JSON object") }
                try read(file)
                for key in Self.keys where found[key] == nil { found[key] = try Self.named(file[key]) }
            }
        }
        if let bytes = files.addedTokens {
            try TokenizerDefinition.parse(bytes, "added_tokens.json") { value in
                for member in value.object ?? [] {
                    guard let id = member.value.integer else {
                        throw TokenizerJSON.Problem("the id of \"\(member.key)\" is not a whole number")
                    }
                    guard !added.contains(where: { $0.id == id }) else { continue }
                    bare.insert(id)
                    let entry = JSONValue.ordered(["content": .string(member.key)])
                    added.append(try TokenizerJSON.Added(entry, String(id)))
                }
            }
        }
        added.sort { $0.id < $1.id }
        named = Self.keys.compactMap { found[$0] }
    }

    /// Tokens with flags, which stand above those in tokenizer.json.
    var flagged: [TokenizerJSON.Added] { added.filter { !bare.contains($0.id) } }

    private mutating func read(_ file: JSONValue) throws {
        if endOfText == nil { endOfText = Self.name(file["eos_token"]) }
        for member in file["added_tokens_decoder"]?.object ?? [] {
            added.append(try TokenizerJSON.Added(member.value, member.key))
        }
        for key in ["additional_special_tokens", "extra_special_tokens"] {
            let named = file[key]?.object?.map(\.value) ?? file[key]?.array ?? []
            special += named.compactMap(Self.name)
        }
    }

    /// A special token that may have flags of its own.
    private static func named(_ value: JSONValue?) throws -> TokenizerJSON.Added? {
        guard let value, let name = name(value) else { return nil }
        guard value.object != nil else { return TokenizerJSON.Added(special: name, id: 0) }
        var token = try TokenizerJSON.Added(value, "0")
        token.isSpecial = true
        token.isNormalized = value["normalized"]?.bool ?? false
        return token
    }

    /// A token is written as its text or as an object with `content`.
    private static func name(_ value: JSONValue?) -> String? { value?.string ?? value?["content"]?.string }
}

extension TokenizerDefinition {
    /// The added tokens of all files, as transformers takes them over.
    ///
    /// An end of text that nothing knows is left out: it is an error elsewhere.
    static func added(_ file: TokenizerJSON, _ names: SpecialTokenNames) throws -> [TokenizerJSON.Added] {
        var list = AddedTokenList(file.model)
        for token in file.added { try list.add(token) }
        for var token in names.flagged {
            guard let known = list.token(token.content) else { continue }
            // As there: the id in the key means nothing for a known token, and special ones stay special.
            token.id = known.id
            token.isSpecial = token.isSpecial || known.isSpecial
            try list.add(token)
        }
        let special = Set(names.special.map { Array($0.utf8) })
        for var token in names.added where !list.contains(token.content) {
            if special.contains(Array(token.content.utf8)) {
                (token.isSpecial, token.isNormalized) = (true, false)
            }
            try list.add(token)
        }
        for var token in names.named {
            let isEnd = names.endOfText?.utf8.elementsEqual(token.content.utf8) == true
            if let known = list.token(token.content) {
                token = known
                token.isSpecial = true
            } else if isEnd, !list.isWord(token.content) {
                continue
            }
            token.id = list.id(of: token.content)
            try list.add(token)
        }
        for name in names.special where !list.contains(name) {
            try list.add(TokenizerJSON.Added(special: name, id: list.id(of: name)))
        }
        return list.tokens
    }
}

/// Added tokens with the ids that the library `tokenizers` gives them, whatever a file says: a word of the
/// vocabulary keeps its own, others count on from the number of words.
private struct AddedTokenList {
    private(set) var tokens: [TokenizerJSON.Added] = []
    private var places: [[UInt8]: Int] = [:]
    private var highest = -1
    private let words: [[UInt8]: Int]

    init(_ model: TokenizerJSON.Model) {
        words = Dictionary(
            model.vocab.map { (Array($0.spelling.utf8), $0.id) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func contains(_ content: String) -> Bool { token(content) != nil }

    func token(_ content: String) -> TokenizerJSON.Added? { places[Array(content.utf8)].map { tokens[$0] } }

    func isWord(_ content: String) -> Bool { words[Array(content.utf8)] != nil }

    /// The id that a token has or would have.
    func id(of content: String) -> Int {
        let key = Array(content.utf8)
        return places[key].map { tokens[$0].id } ?? words[key] ?? max(highest + 1, words.count)
    }

    /// Adds a token, or gives one that is known other flags.
    mutating func add(_ token: TokenizerJSON.Added) throws {
        // As there: a token without text is none. Configurations name such ones for what they lack.
        guard !token.content.isEmpty else { return }
        let id = id(of: token.content)
        guard id == token.id else {
            throw TokenizerDefinition.unsupported(
                "the added token \"\(token.content)\" as \(token.id), which the library tokenizers "
                    + "would make \(id)",
                supported: "added tokens that count on from the number of words"
            )
        }
        highest = max(highest, id)
        if let place = places[Array(token.content.utf8)] {
            tokens[place] = token
        } else {
            places[Array(token.content.utf8)] = tokens.count
            tokens.append(token)
        }
    }
}
