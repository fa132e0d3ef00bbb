import Foundation

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

    /// A normalizer, pre-tokenizer, post-processor or decoder: the fields of all kinds that are known.
    struct Node: Decodable {
        struct Pattern: Decodable {
            var regex: String?
            var literal: String?

            private enum CodingKeys: String, CodingKey {
                case regex = "Regex"
                case literal = "String"
            }
        }
        struct Item: Decodable {
            struct Name: Decodable { var id: String }
            var SpecialToken: Name?
        }
        struct Special: Decodable { var ids: [Int32] }

        var type: String
        var normalizers: [Node]?
        var pretokenizers: [Node]?
        var processors: [Node]?
        var decoders: [Node]?
        var pattern: Pattern?
        var content: String?
        var prepend: String?
        var behavior: String?
        var invert: Bool?
        var individual_digits: Bool?
        var add_prefix_space: Bool?
        var use_regex: Bool?
        var prepend_scheme: String?
        var replacement: String?
        var split: Bool?
        var start: Int?
        var single: [Item]?
        var special_tokens: [String: Special]?
    }

    var added: [Added]
    var normalizer: Node?
    var preTokenizer: Node?
    var postProcessor: Node?
    var decoder: Node?
    var model: Model

    /// Reads the file's value.
    ///
    /// - Throws: `JSONParser.Failure`-like text, or what `JSONDecoder` finds.
    init(_ file: JSONValue) throws {
        normalizer = try Self.node(file["normalizer"])
        preTokenizer = try Self.node(file["pre_tokenizer"])
        postProcessor = try Self.node(file["post_processor"])
        decoder = try Self.node(file["decoder"])
        added = try (file["added_tokens"]?.array ?? []).map { try Added($0, nil) }
        guard let model = file["model"] else { throw Problem("there is no model") }
        self.model = try Model(model)
    }

    /// What is wrong with the file.
    struct Problem: Error, CustomStringConvertible {
        var description: String

        init(_ description: String) { self.description = description }
    }

    private static func node(_ value: JSONValue?) throws -> Node? {
        guard let value, value != .null else { return nil }
        return try JSONDecoder().decode(Node.self, from: Data(value.encoded()))
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
