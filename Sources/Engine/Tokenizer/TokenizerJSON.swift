/// The parts of `tokenizer.json` that are read; names are the file's.
///
/// The file is read with `JSONParser`, since Swift's dictionaries of strings take canonically equal keys for
/// one, such as U+212B and U+00C5.
struct TokenizerJSON {
    /// The byte-pair encoding.
    struct Model {
        var type: String?
        /// Spellings by id.
        var vocab: [(spelling: String, id: Int)] = []
        var merges: [(left: String, right: String)] = []
        var fallsBackToBytes = false
        var ignoresMerges = false
        var affixes = ""
        var unknown: String?
        var fusesUnknown = false
    }

    /// An entry of `added_tokens`.
    struct Added {
        var id: Int
        var content: String
        var isNormalized: Bool
        var isSpecial: Bool
        var stripsLeft: Bool
        var stripsRight: Bool
        var isSingleWord: Bool

        /// The entry in our terms; the id has been checked to fit.
        var token: AddedToken {
            AddedToken(
                id: Int32(truncatingIfNeeded: id),
                content: content,
                isControl: isSpecial,
                stripsLeft: stripsLeft,
                stripsRight: stripsRight,
                isSingleWord: isSingleWord
            )
        }
    }

    /// A normalizer, pre-tokenizer, post-processor or decoder.
    struct Node {
        private let value: JSONValue

        init(_ value: JSONValue) { self.value = value }

        var type: String { value["type"]?.string ?? "" }
        var normalizers: [Node]? { nodes("normalizers") }
        var pretokenizers: [Node]? { nodes("pretokenizers") }
        var processors: [Node]? { nodes("processors") }
        var decoders: [Node]? { nodes("decoders") }
        /// What a pattern matches, as regular expression or as it is.
        var pattern: (regex: String?, literal: String?) {
            (value["pattern"]?["Regex"]?.string, value["pattern"]?["String"]?.string)
        }
        /// Tokens that a template places, nil for the text itself.
        var single: [String?] {
            (value["single"]?.array ?? []).map { $0["SpecialToken"]?["id"]?.string }
        }

        func string(_ key: String) -> String? { value[key]?.string }

        func bool(_ key: String) -> Bool? { value[key]?.bool }

        func integer(_ key: String) -> Int? { value[key]?.integer }

        /// The ids of a template's token.
        func ids(of token: String) -> [Int32] {
            let tokens = value["special_tokens"]?.object ?? []
            let found = tokens.first { $0.key.utf8.elementsEqual(token.utf8) }?.value["ids"]?.array ?? []
            return found.compactMap(\.integer).map { Int32(clamping: $0) }
        }

        private func nodes(_ key: String) -> [Node]? { value[key]?.array?.map { Node($0) } }
    }

    var added: [Added]
    var normalizer: Node?
    var preTokenizer: Node?
    var postProcessor: Node?
    var decoder: Node?
    var model: Model

    /// Reads the file's value.
    ///
    /// - Throws: `Problem` for what is missing or of the wrong kind.
    init(_ file: JSONValue) throws {
        normalizer = Self.node(file["normalizer"])
        preTokenizer = Self.node(file["pre_tokenizer"])
        postProcessor = Self.node(file["post_processor"])
        decoder = Self.node(file["decoder"])
        added = try (file["added_tokens"]?.array ?? []).map { try Added($0, nil) }
        guard let model = file["model"] else { throw Problem("there is no model") }
        self.model = try Model(model)
    }

    /// What is wrong with the file.
    struct Problem: Error, CustomStringConvertible {
        var description: String

        init(_ description: String) { self.description = description }
    }

    private static func node(_ value: JSONValue?) -> Node? {
        guard let value, value != .null else { return nil }
        return Node(value)
    }
}

extension TokenizerJSON.Added {
    /// A special token of which only the name is known.
    init(special name: String, id: Int) {
        self.init(
            id: id,
            content: name,
            isNormalized: false,
            isSpecial: true,
            stripsLeft: false,
            stripsRight: false,
            isSingleWord: false
        )
    }

    /// Reads an entry; one of `added_tokens_decoder` has its id as key.
    init(_ value: JSONValue, _ key: String?) throws {
        guard let id = key.map({ Int($0) }) ?? value["id"]?.integer, let content = value["content"]?.string
        else {
            throw TokenizerJSON.Problem("an added token has no id or no content")
        }
        self.init(
            id: id,
            content: content,
            isNormalized: value["normalized"]?.bool ?? !(value["special"]?.bool ?? false),
            isSpecial: value["special"]?.bool ?? false,
            stripsLeft: value["lstrip"]?.bool ?? false,
            stripsRight: value["rstrip"]?.bool ?? false,
            isSingleWord: value["single_word"]?.bool ?? false
        )
    }
}

extension TokenizerJSON.Model {
    /// Reads the model; other kinds shape their vocabulary otherwise, of those the type is enough to refuse
    /// them.
    init(_ value: JSONValue) throws {
        type = value["type"]?.string
        fallsBackToBytes = value["byte_fallback"]?.bool ?? false
        ignoresMerges = value["ignore_merges"]?.bool ?? false
        affixes =
            (value["continuing_subword_prefix"]?.string ?? "") + (value["end_of_word_suffix"]?.string ?? "")
        unknown = value["unk_token"]?.string
        fusesUnknown = value["fuse_unk"]?.bool ?? false
        guard type == nil || type == "BPE" else { return }
        guard let words = value["vocab"]?.object, let pairs = value["merges"]?.array else {
            throw TokenizerJSON.Problem("the model has no vocab or no merges")
        }
        vocab = try words.map { word in
            guard let id = word.value.integer else {
                throw TokenizerJSON.Problem("the id of \"\(word.key)\" is not a whole number")
            }
            return (word.key, id)
        }
        merges = try pairs.map(Self.merge)
    }

    /// A pair, written `"a b"` in older files and `["a", "b"]` in newer ones.
    private static func merge(_ value: JSONValue) throws -> (left: String, right: String) {
        let parts =
            value.string?.unicodeScalars.split(separator: " ", omittingEmptySubsequences: false)
            .map { String($0) } ?? value.array?.compactMap(\.string) ?? []
        guard parts.count == 2 else {
            throw TokenizerJSON.Problem("a merge of \(parts.count) parts instead of 2")
        }
        return (parts[0], parts[1])
    }
}
