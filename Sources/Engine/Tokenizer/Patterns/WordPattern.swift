/// A pattern of words, compiled from the subset of regular expressions that tokenizers are written in.
///
/// It matches as those engines do: alternatives in the order written, repeats as long as possible. A state
/// that has failed once in an attempt is not tried again once the attempt takes long, so an attempt costs at
/// most the length of the text times that of the pattern.
struct WordPattern: Hashable, Sendable {
    /// One step of the compiled pattern.
    enum Instruction: Hashable, Sendable {
        /// One scalar of a set.
        case one(ScalarSet)
        /// `least` to `most` scalars of a set; a possessive one never gives any back.
        case run(ScalarSet, least: Int, most: Int, isPossessive: Bool)
        /// Goes on here, and at `other` if that fails.
        case fork(other: Int)
        case jump(Int)
        /// Whether the next scalar is of a set; the end of the text is of none.
        case ahead(ScalarSet, isNegated: Bool)
        /// The end of the text or of a line.
        case lineEnd
        case match
    }

    /// The pattern as it was written.
    let source: String
    let program: [Instruction]

    static func == (left: WordPattern, right: WordPattern) -> Bool {
        left.source.utf8.elementsEqual(right.source.utf8)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(Array(source.utf8)) }

    /// Where to go on when a path fails.
    fileprivate struct Choice {
        var instruction: Int
        var place: Int
        /// The last place to try; a run gives back one scalar at a time.
        var lowest: Int
    }

    /// Memory that attempts share.
    struct Attempts {
        fileprivate var choices: [Choice] = []
        fileprivate var failed: Set<Int> = []
    }

    /// The end of the match that begins at a scalar; nil without one.
    ///
    /// - Parameters:
    ///   - text: The text with its categories.
    ///   - start: Where it must begin.
    ///   - limit: The end of the piece; nothing behind it is looked at.
    ///   - attempts: Memory of earlier calls, used again.
    /// - Returns: The end, which is `start` for an empty match.
    func end(in text: ClassifiedText, from start: Int, limit: Int, _ attempts: inout Attempts) -> Int? {
        var (instruction, place, stepCount) = (0, start, 0)
        let patience = 8 * (limit - start) + 256
        attempts.choices.removeAll(keepingCapacity: true)
        attempts.failed.removeAll(keepingCapacity: true)

        func contains(_ set: ScalarSet, _ index: Int) -> Bool {
            set.contains(text.scalars[index], text.categories[index])
        }

        while true {
            stepCount += 1
            var isFine = true
            if stepCount > patience,
                !attempts.failed.insert(instruction * (limit + 1) + place).inserted
            {
                isFine = false
            } else {
                switch program[instruction] {
                case .match: return place
                case .one(let set):
                    isFine = place < limit && contains(set, place)
                    if isFine { place += 1 }
                case .run(let set, let least, let most, let isPossessive):
                    let cap = most < limit - place ? place + most : limit
                    var end = place
                    while end < cap, contains(set, end) { end += 1 }
                    isFine = end - place >= least
                    if isFine, !isPossessive, end > place + least {
                        attempts.choices.append(
                            Choice(instruction: instruction + 1, place: end - 1, lowest: place + least)
                        )
                    }
                    if isFine { place = end }
                case .fork(let other):
                    attempts.choices.append(Choice(instruction: other, place: place, lowest: place))
                case .jump(let target): instruction = target - 1
                case .ahead(let set, let isNegated):
                    isFine = (place < limit && contains(set, place)) != isNegated
                case .lineEnd: isFine = place == limit || text.scalars[place] == 0x0A
                }
            }
            if isFine {
                instruction += 1
                continue
            }
            guard let choice = attempts.choices.last else { return nil }
            (instruction, place) = (choice.instruction, choice.place)
            if choice.place > choice.lowest {
                attempts.choices[attempts.choices.count - 1].place -= 1
            } else {
                attempts.choices.removeLast()
            }
        }
    }
}
