extension RawTextRules {
    /// Whether the steps of a file spell blanks as U+2581.
    static func isRaw(_ file: TokenizerJSON) -> Bool {
        let nodes = flat(file.normalizer, \.normalizers) + flat(file.preTokenizer, \.pretokenizers)
        return nodes.contains {
            $0.type == "Metaspace"
                || ($0.type == "Replace" && isBlank($0.string("content")) && $0.pattern.literal == " ")
        }
    }

    /// Reads the steps of a file.
    ///
    /// - Throws: `EngineError` with code `tokenizer_unsupported`, naming a step that is not known.
    init(_ file: TokenizerJSON) throws {
        for node in Self.flat(file.normalizer, \.normalizers) {
            switch (node.type, node.pattern.literal) {
            case ("NFC", _): rewrites.append(.compose)
            case ("Prepend", _): rewrites.append(.prepend(node.string("prepend") ?? ""))
            case ("Replace", let wanted?) where !wanted.isEmpty:
                rewrites.append(.replace(wanted, with: node.string("content") ?? ""))
            default:
                throw TokenizerDefinition.unsupported(
                    "normalizer \(node.type)",
                    supported: "NFC, Prepend and Replace of a text"
                )
            }
        }
        let cuts = Self.flat(file.preTokenizer, \.pretokenizers)
        if let place = cuts.firstIndex(where: { $0.type == "Metaspace" }) {
            guard place == 0, cuts.filter({ $0.type == "Metaspace" }).count == 1,
                Self.isBlank(cuts[0].string("replacement"))
            else {
                throw TokenizerDefinition.unsupported(
                    "pre-tokenizer Metaspace after another step or with another sign",
                    supported: "Metaspace first, with U+2581"
                )
            }
            switch cuts[0].string("prepend_scheme")
                ?? (cuts[0].bool("add_prefix_space") == false ? "never" : "always")
            {
            case "first": blankScheme = .first
            case "never": blankScheme = .never
            default: blankScheme = .always
            }
            splitsAtBlanks = cuts[0].bool("split") ?? true
        }
        try readDecoder(file.decoder)
    }

    /// Checks that tokens spell their text as ours do.
    private mutating func readDecoder(_ decoder: TokenizerJSON.Node?) throws {
        var isSpelled = false
        for node in Self.flat(decoder, \.decoders) {
            switch node.type {
            case "Replace" where Self.isBlank(node.pattern.literal) && node.string("content") == " ":
                isSpelled = true
            case "ByteFallback", "Fuse": break
            case "Strip" where node.string("content") == " ":
                stripsFirstBlank = (node.integer("start") ?? 0) > 0
            case "Metaspace" where Self.isBlank(node.string("replacement")):
                isSpelled = true
                stripsFirstBlank =
                    node.string("prepend_scheme") != "never" && node.bool("add_prefix_space") != false
            default:
                throw TokenizerDefinition.unsupported(
                    "decoder \(node.type)",
                    supported: "Replace of U+2581, ByteFallback, Fuse, Strip and Metaspace"
                )
            }
        }
        guard isSpelled else {
            throw TokenizerDefinition.unsupported(
                "a decoder that keeps U+2581",
                supported: "Replace of U+2581 and Metaspace"
            )
        }
    }

    private static func isBlank(_ text: String?) -> Bool {
        text?.utf8.elementsEqual(blank.utf8) ?? false
    }

    private static func flat(
        _ node: TokenizerJSON.Node?,
        _ children: (TokenizerJSON.Node) -> [TokenizerJSON.Node]?
    ) -> [TokenizerJSON.Node] {
        guard let node else { return [] }
        guard node.type == "Sequence" else { return [node] }
        return (children(node) ?? []).flatMap { flat($0, children) }
    }
}
