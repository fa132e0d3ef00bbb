/// The parts of `tokenizer.json` that are read; names are the file's.
struct TokenizerJSON: Decodable {
    /// The byte-pair encoding.
    struct Model: Decodable {
        var type: String?
        var vocab: [String: Int]
        var merges: [Merge]
        var byte_fallback: Bool?
        var ignore_merges: Bool?
        var continuing_subword_prefix: String?
        var end_of_word_suffix: String?

        private enum CodingKeys: CodingKey {
            case type, vocab, merges, byte_fallback, ignore_merges, continuing_subword_prefix,
                end_of_word_suffix
        }

        /// Other kinds of model shape their vocabulary otherwise; of those the type is enough to refuse them.
        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            type = try container.decodeIfPresent(String.self, forKey: .type)
            let isBPE = type == nil || type == "BPE"
            vocab = isBPE ? try container.decode([String: Int].self, forKey: .vocab) : [:]
            merges = isBPE ? try container.decode([Merge].self, forKey: .merges) : []
            byte_fallback = try container.decodeIfPresent(Bool.self, forKey: .byte_fallback)
            ignore_merges = try container.decodeIfPresent(Bool.self, forKey: .ignore_merges)
            continuing_subword_prefix = try container.decodeIfPresent(
                String.self,
                forKey: .continuing_subword_prefix
            )
            end_of_word_suffix = try container.decodeIfPresent(String.self, forKey: .end_of_word_suffix)
        }
    }

    /// A pair, written `"a b"` in older files and `["a", "b"]` in newer ones.
    struct Merge: Decodable {
        var left: String
        var right: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let parts: [String]
            if let line = try? container.decode(String.self) {
                parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
            } else {
                parts = try container.decode([String].self)
            }
            guard parts.count == 2 else {
                throw DecodingError.dataCorruptedError(
                    in: container,
                    debugDescription: "a merge of \(parts.count) parts instead of 2"
                )
            }
            left = parts[0]
            right = parts[1]
        }
    }

    /// An entry of `added_tokens`.
    struct Added: Decodable {
        var id: Int
        var content: String
        var single_word: Bool
        var lstrip: Bool
        var rstrip: Bool
        var normalized: Bool
        var special: Bool

        /// The entry in our terms; the id has been checked to fit.
        var token: AddedToken {
            AddedToken(
                id: Int32(truncatingIfNeeded: id),
                content: content,
                isControl: special,
                stripsLeft: lstrip,
                stripsRight: rstrip,
                isSingleWord: single_word
            )
        }
    }

    /// A normalizer, pre-tokenizer or post-processor: the fields of all kinds that are known.
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
        var pretokenizers: [Node]?
        var processors: [Node]?
        var pattern: Pattern?
        var behavior: String?
        var invert: Bool?
        var individual_digits: Bool?
        var add_prefix_space: Bool?
        var use_regex: Bool?
        var single: [Item]?
        var special_tokens: [String: Special]?
    }

    var added_tokens: [Added]?
    var normalizer: Node?
    var pre_tokenizer: Node?
    var post_processor: Node?
    var model: Model
}

/// The parts of `tokenizer_config.json` and `special_tokens_map.json` that are read.
struct SpecialTokenNames: Decodable {
    /// A token written as its text or as an object with `content`.
    struct Name: Decodable {
        private struct Object: Decodable { var content: String }
        var content: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            content = try (try? container.decode(String.self)) ?? container.decode(Object.self).content
        }
    }

    var eos_token: Name?
}
