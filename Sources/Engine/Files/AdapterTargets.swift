import Loop

/// Which linear layers of a model an adapter's configuration means, by PEFT's rules.
///
/// Source: PEFT, `check_target_module_exists` in `tuners/tuners_utils.py` and `get_pattern_key` in
/// `utils/other.py`.
struct AdapterTargets {
    /// Why a configuration means no layers.
    struct Problem: Error {
        let text: String
    }

    /// A linear layer by the name that PEFT matches.
    private struct Layer {
        let key: AdapterKey
        let name: String
    }

    private let layers: [Layer]
    private let config: JSONValue
    private let known: String

    init(_ config: JSONValue, _ model: ModelDescription) {
        self.config = config
        layers = model.layers.indices.flatMap { index in
            model.present(TargetModule.allCases).map {
                let key = AdapterKey(layer: index, module: $0)
                return Layer(key: key, name: model.adapterLayerName(key))
            }
        }
        var names: [String] = []
        for module in model.present(TargetModule.allCases) {
            for index in model.layers.indices
            where model.adapterGroup(of: module, layer: index).first == module {
                let name = model.adapterModuleName(module, layer: index)
                if !names.contains(name) { names.append(name) }
            }
        }
        known = names.joined(separator: ", ")
    }

    /// The layers, each with its rank and its numerator of the scale.
    ///
    /// - Throws: `Problem`, naming the key.
    func parts(rank: Int, alpha: Double) throws(Problem) -> [AdapterKey: AdapterPart] {
        let ranks = try patterns("rank_pattern").map { pattern, value throws(Problem) in
            guard let rank = value.integer, (1...Adapter.mostRank).contains(rank) else {
                throw problem("rank_pattern holds", value, "1...\(Adapter.mostRank)")
            }
            return (pattern, rank)
        }
        let alphas = try patterns("alpha_pattern").map { pattern, value throws(Problem) in
            guard let alpha = value.double, alpha.isFinite else {
                throw problem("alpha_pattern holds", value, "numbers")
            }
            return (pattern, alpha)
        }
        var parts: [AdapterKey: AdapterPart] = [:]
        let excluded = try excluded()
        for layer in try targets() where !excluded.contains(layer.name) {
            parts[layer.key] = AdapterPart(
                rank: ranks.first { $0.0.matches(layer.name) }?.1 ?? rank,
                alpha: alphas.first { $0.0.matches(layer.name) }?.1 ?? alpha
            )
        }
        guard !parts.isEmpty else {
            throw Problem(
                text: "target_modules and the keys beside it mean none of the model's linear layers"
            )
        }
        return parts
    }

    // MARK: Layers

    private func targets() throws(Problem) -> [Layer] {
        let value = config["target_modules"] ?? .null
        let chosen = try chosenLayers()
        if let text = value.string {
            guard chosen == nil else {
                throw Problem(text: "layers_to_transform is there, and target_modules is no list")
            }
            if text.lowercased() == "all-linear" { return layers }
            let pattern = try pattern(text, "target_modules", isWhole: true)
            return layers.filter { pattern.matches($0.name) }
        }
        guard let names = value.array, !names.isEmpty else {
            throw problem("target_modules is", value, "a list of linear layers, a pattern or \"all-linear\"")
        }
        var found: [AdapterKey: Layer] = [:]
        var seen: Set<String> = []
        let places = endings()
        for name in names {
            guard let text = name.string, let ending = places[text] else {
                throw problem("target_modules holds", name, "some of \(known)")
            }
            guard seen.insert(text).inserted else { throw Problem(text: "target_modules repeats a name") }
            // A whole name is meant whatever layers_to_transform says.
            for layer in ending where layer.name == text || chosen?.contains(layer.key.layer) != false {
                found[layer.key] = layer
            }
        }
        return Array(found.values)
    }

    private func excluded() throws(Problem) -> Set<String> {
        guard let value = config["exclude_modules"], !value.isNeutral else { return [] }
        if let text = value.string {
            let pattern = try pattern(text, "exclude_modules", isWhole: true)
            return Set(layers.map(\.name).filter(pattern.matches))
        }
        let places = endings()
        var names: Set<String> = []
        for name in value.array ?? [] {
            guard let text = name.string else { throw problem("exclude_modules holds", name, "names") }
            names.formUnion((places[text] ?? []).map(\.name))
        }
        return names
    }

    /// The layers by each ending of their names that begins at a word.
    private func endings() -> [String: [Layer]] {
        var endings: [String: [Layer]] = [:]
        for layer in layers {
            let words = layer.name.split(separator: ".", omittingEmptySubsequences: false)
            for first in words.indices {
                endings[words[first...].joined(separator: "."), default: []].append(layer)
            }
        }
        return endings
    }

    /// The numbers in `layers_to_transform`; nil for all layers.
    private func chosenLayers() throws(Problem) -> Set<Int>? {
        let value = config["layers_to_transform"] ?? .null
        let pattern = config["layers_pattern"] ?? .null
        // All layers of a model have the same word before their numbers.
        let words = layers.first?.name.split(separator: ".").prefix { Int($0) == nil } ?? []
        let word = words.last.map(String.init) ?? ""
        if value == .null || value.array?.isEmpty == true { return nil }
        let patterns = pattern.string.map { [$0] } ?? (pattern.array ?? []).map { $0.string ?? "" }
        guard patterns.allSatisfy({ $0 == word || $0.isEmpty }) else {
            throw problem("layers_pattern is", pattern, "\"\(word)\", what the model calls them")
        }
        if let only = value.integer { return [only] }
        guard let numbers = value.array?.map(\.integer), !numbers.contains(nil) else {
            throw problem("layers_to_transform is", value, "a list of layers")
        }
        return Set(numbers.compactMap { $0 })
    }

    // MARK: Patterns

    /// The members of an object of patterns, in order: the first that fits counts.
    private func patterns(_ key: String) throws(Problem) -> [(AdapterPattern, JSONValue)] {
        guard let value = config[key], !value.isNeutral else { return [] }
        guard let members = value.object else { throw problem("\(key) is", value, "an object") }
        var patterns: [(AdapterPattern, JSONValue)] = []
        for member in members {
            patterns.append((try pattern(member.key, key, isWhole: false), member.value))
        }
        return patterns
    }

    private func pattern(_ text: String, _ key: String, isWhole: Bool) throws(Problem) -> AdapterPattern {
        do {
            return try AdapterPattern(text, isWhole: isWhole)
        } catch {
            throw Problem(
                text: "\(key) holds the pattern \"\(text.prefix(80))\", which is not supported: \(error)"
            )
        }
    }

    private func problem(_ what: String, _ value: JSONValue, _ expected: String) -> Problem {
        let found = String(decoding: value.encoded().prefix(80), as: UTF8.self)
        return Problem(text: "\(what) \(value == .null ? "missing" : found), expected \(expected)")
    }
}

/// Rank and numerator of the scale of one linear layer.
struct AdapterPart: Hashable {
    let rank: Int
    let alpha: Double

    /// The factor on B·A.
    func scale(usesRSLoRA: Bool) -> Double {
        usesRSLoRA ? alpha / Double(rank).squareRoot() : alpha / Double(rank)
    }

    /// The LoRA of each of the linear layers that one tensor holds.
    ///
    /// Where B has blocks on its diagonal alone, as an export writes it, each has its own rows of A;
    /// otherwise all have the whole A.
    ///
    /// - Parameters:
    ///   - whole: A [R, in] and B [rows of all, R].
    ///   - rows: Rows of each.
    ///   - usesRSLoRA: Whether scales divide by √R.
    /// - Returns: Each with its rank and numerator; the scale stays.
    func split(
        _ whole: AdapterTensors,
        rows: [Int],
        usesRSLoRA: Bool
    ) -> [(part: AdapterPart, tensors: AdapterTensors)] {
        let count = rows.count
        guard count > 1 else { return [(self, whole)] }
        let (own, inputs) = (rank / count, whole.a.count / rank)
        let starts = rows.indices.map { rows[..<$0].reduce(0, +) }
        func block(_ index: Int, _ columns: Range<Int>) -> [Float] {
            (starts[index]..<starts[index] + rows[index]).flatMap { row in
                whole.b[row * rank + columns.lowerBound..<row * rank + columns.upperBound]
            }
        }
        let isBlocked =
            rank % count == 0
            && rows.indices.allSatisfy { index in
                let others = block(index, 0..<index * own) + block(index, (index + 1) * own..<rank)
                return others.allSatisfy { $0 == 0 }
            }
        guard isBlocked else {
            return rows.indices.map { (self, AdapterTensors(a: whole.a, b: block($0, 0..<rank))) }
        }
        let share = usesRSLoRA ? Double(count).squareRoot() : Double(count)
        return rows.indices.map { index in
            let columns = index * own..<(index + 1) * own
            let a = whole.a[columns.lowerBound * inputs..<columns.upperBound * inputs]
            return (
                AdapterPart(rank: own, alpha: alpha / share),
                AdapterTensors(a: Array(a), b: block(index, columns))
            )
        }
    }
}

/// A pattern of names of linear layers, as Python's `re` reads it.
///
/// The engine of tokenizers' patterns runs it, which no pattern makes slow.
struct AdapterPattern {
    private let pattern: WordPattern

    /// Compiles a pattern.
    ///
    /// - Parameters:
    ///   - text: The pattern.
    ///   - isWhole: Whether it must match the whole name; otherwise the words at its end.
    /// - Throws: `WordPattern.Unsupported`.
    init(_ text: String, isWhole: Bool) throws(WordPattern.Unsupported) {
        let own = try Self.rewritten(text)
        pattern = try WordPattern(isWhole ? "(?:\(own))$" : "(?:.*\\.)?(?:\(own))$")
    }

    /// Whether it matches a name.
    func matches(_ name: String) -> Bool {
        let text = ClassifiedText(name, withCategories: true)
        var attempts = WordPattern.Attempts()
        return pattern.end(in: text, from: 0, limit: text.scalars.count, &attempts) == text.scalars.count
    }

    /// The pattern without what does not change whether a whole name matches, and `\w` spelled out.
    private static func rewritten(_ text: String) throws(WordPattern.Unsupported) -> String {
        var written = ""
        var isInBrackets = false
        var before: Character?
        var rest = Substring(text)
        if rest.hasPrefix("^") { rest.removeFirst() }
        while let character = rest.popFirst() {
            switch character {
            case "\\":
                let name = rest.popFirst()
                if name == "w" {
                    written += isInBrackets ? "A-Za-z0-9_" : "[A-Za-z0-9_]"
                } else {
                    written += "\\" + (name.map { String($0) } ?? "")
                }
                before = nil
                continue
            case "?" where !isInBrackets && before.map { "*+?}".contains($0) } == true:
                // A lazy repeat finds the same whole names as a greedy one.
                before = nil
                continue
            case "+" where !isInBrackets && before.map { "*+?}".contains($0) } == true:
                throw WordPattern.Unsupported(description: "a possessive repeat")
            case "[": isInBrackets = true
            case "]": isInBrackets = false
            default: break
            }
            written.append(character)
            before = isInBrackets ? nil : character
        }
        return written
    }
}
