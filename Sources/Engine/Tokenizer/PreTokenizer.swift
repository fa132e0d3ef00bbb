/// Cuts a text into the words within which byte pairs are merged.
///
/// The steps are applied in order, each to the pieces of the previous one, so that a look-ahead never sees
/// past its own piece: after digits were cut off, the blanks before a digit end their piece. The most common
/// patterns have hand-written scanners, many times faster than what is compiled from the others.
struct PreTokenizer: Hashable, Sendable {
    /// One cut.
    enum Step: Hashable, Sendable {
        /// `\p{N}{1,n}`: numbers in groups of at most n scalars; everything between them is one piece each.
        case digits(atMost: Int)
        /// GPT-2's pattern.
        ///
        ///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
        case gpt2
        /// The pattern of Llama 3 (n = 3) and Qwen 2 (n = 1).
        ///
        ///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,n}|
        ///     ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
        ///
        /// (the second line starts with a blank, as in GPT-2's).
        case llama3(digitsAtMost: Int)
        /// Any other pattern, compiled.
        case pattern(WordPattern, SplitBehavior)
    }

    /// The cuts, in order.
    let steps: [Step]
    /// Cuts of the words' spelling in the byte alphabet: what a file has after its step to bytes.
    var spelledSteps: [Step] = []

    /// Visits the words of a text from left to right as bytes; an empty text has none.
    func forEachWord(in text: String, _ visit: (ArraySlice<UInt8>) -> Void) {
        let text = ClassifiedText(text, withCategories: Self.needCategories(steps))
        guard !spelledSteps.isEmpty else {
            return cut(text, 0..<text.count, step: 0) { visit(text.bytes(of: $0)) }
        }
        let later = PreTokenizer(steps: spelledSteps)
        cut(text, 0..<text.count, step: 0) { range in
            let word = text.bytes(of: range)
            let spelled = ClassifiedText(
                ByteAlphabet.spelling(of: word),
                withCategories: Self.needCategories(spelledSteps)
            )
            // One scalar of the spelling is one byte of the word.
            later.cut(spelled, 0..<spelled.count, step: 0) { piece in
                visit(word[(word.startIndex + piece.lowerBound)..<(word.startIndex + piece.upperBound)])
            }
        }
    }

    private static func needCategories(_ steps: [Step]) -> Bool {
        steps.contains { if case .pattern = $0 { true } else { false } }
    }

    private func cut(_ text: ClassifiedText, _ range: Range<Int>, step: Int, _ visit: (Range<Int>) -> Void) {
        guard !range.isEmpty else { return }
        guard step < steps.count else { return visit(range) }
        if case .pattern(let pattern, let behavior) = steps[step] {
            for piece in behavior.pieces(of: text, range, pattern) {
                cut(text, piece, step: step + 1, visit)
            }
            return
        }
        var start = range.lowerBound
        while start < range.upperBound {
            let scanner = WordScanner(text: text, start: start, limit: range.upperBound)
            let end: Int
            switch steps[step] {
            case .digits(let most): end = scanner.endOfDigits(atMost: most)
            case .gpt2: end = scanner.endOfGPT2Word()
            case .llama3(let most): end = scanner.endOfLlama3Word(digitsAtMost: most)
            case .pattern: end = range.upperBound
            }
            cut(text, start..<end, step: step + 1, visit)
            start = end
        }
    }
}

/// Finds the end of the word that starts at a scalar, without looking past the limit.
private struct WordScanner {
    let text: ClassifiedText
    let start: Int
    let limit: Int

    func endOfDigits(atMost most: Int) -> Int {
        if text.classes[start] == .number { return run(from: start, atMost: most) { $0 == .number } }
        return run(from: start) { $0 != .number }
    }

    func endOfGPT2Word() -> Int {
        if let end = endOfContraction(ignoringCase: false) { return end }
        let word = text.classes[start] == .blank && start + 1 < limit ? start + 1 : start
        switch text.classes[word] {
        case .letter: return run(from: word) { $0 == .letter }
        case .number: return run(from: word) { $0 == .number }
        case .other: return run(from: word) { $0 == .other }
        case .blank, .lineBreak, .space: return endOfSpaces()
        }
    }

    func endOfLlama3Word(digitsAtMost most: Int) -> Int {
        if let end = endOfContraction(ignoringCase: true) { return end }
        let first = text.classes[start]
        if first == .letter { return run(from: start) { $0 == .letter } }
        let hasNext = start + 1 < limit
        if hasNext, first != .lineBreak, first != .number, text.classes[start + 1] == .letter {
            return run(from: start + 1) { $0 == .letter }
        }
        if first == .number { return run(from: start, atMost: most) { $0 == .number } }
        let word = first == .blank && hasNext ? start + 1 : start
        if text.classes[word] == .other {
            return run(from: run(from: word) { $0 == .other }) { $0 == .lineBreak }
        }
        let end = run(from: start) { $0.isWhitespace }
        if let lastBreak = (start..<end).last(where: { text.classes[$0] == .lineBreak }) {
            return lastBreak + 1
        }
        return endOfSpaces()
    }

    /// `\s+(?!\S)|\s+`: leaves the last space to the word that follows, unless it is the only one.
    private func endOfSpaces() -> Int {
        let end = run(from: start) { $0.isWhitespace }
        return end == limit || end == start + 1 ? end : end - 1
    }

    /// `'s|'t|'re|'ve|'m|'ll|'d`, or nil if none starts here.
    private func endOfContraction(ignoringCase: Bool) -> Int? {
        guard text.leadByte(start) == UInt8(ascii: "'"), start + 1 < limit else { return nil }
        let first = letter(start + 1, ignoringCase)
        switch first {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        default: break
        }
        guard start + 2 < limit else { return nil }
        switch (first, letter(start + 2, ignoringCase)) {
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return start + 3
        default: return nil
        }
    }

    /// The scalar's ASCII letter, in lower case if asked; the long s (U+017F) folds to s, as Unicode has it.
    private func letter(_ index: Int, _ ignoringCase: Bool) -> UInt8 {
        let byte = text.leadByte(index)
        guard ignoringCase else { return byte }
        if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) { return byte | 0x20 }
        return text.bytes(of: index..<index + 1).elementsEqual([0xC5, 0xBF]) ? UInt8(ascii: "s") : byte
    }

    private func run(
        from first: Int,
        atMost most: Int = .max,
        while matches: (ClassifiedText.ScalarClass) -> Bool
    ) -> Int {
        let end = most < limit - first ? first + most : limit
        var index = first
        while index < end, matches(text.classes[index]) { index += 1 }
        return index
    }
}
