/// How many questions each split gets.
public struct SplitPlan: Hashable, Sendable {
    /// The size of one split.
    public enum Size: Hashable, Sendable {
        /// So many questions.
        case count(Int)
        /// A share of all questions, 0 to 1.
        case share(Double)
    }

    /// The sizes that a person has given.
    public var sizes: [Split: Size]

    /// A plan with sizes; what is missing has its default.
    public init(_ sizes: [Split: Size] = [:]) { self.sizes = sizes }

    /// Reads `train=500,valid=32,gate=10%,test=0.2`.
    ///
    /// - Throws: `QuestionFile.Fault` naming the part that is wrong.
    public init(_ text: String) throws(QuestionFile.Fault) {
        let hint = "write such as train=500,valid=32,gate=10%,test=0.2"
        sizes = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let split = Split(rawValue: String(sides[0])),
                let size = Self.size(sides[1])
            else {
                throw QuestionFile.Fault("--split has \"\(part)\"", hint: hint)
            }
            guard sizes.updateValue(size, forKey: split) == nil else {
                throw QuestionFile.Fault("--split names \(split.rawValue) twice", hint: hint)
            }
        }
        let shares = sizes.values.reduce(0.0) { sum, size in
            if case .share(let share) = size { sum + share } else { sum }
        }
        guard shares <= 1 + 1e-9 else {
            throw QuestionFile.Fault(
                "the shares of --split are \(Plain.percent(shares)) together",
                hint: hint
            )
        }
    }

    private static func size(_ text: Substring) -> Size? {
        if text.hasSuffix("%") {
            return Double(text.dropLast()).flatMap { (0...100).contains($0) ? .share($0 / 100) : nil }
        }
        if let count = Int(text) { return count >= 0 ? .count(count) : nil }
        return Double(text).flatMap { (0...1).contains($0) ? .share($0) : nil }
    }

    /// Fewest worked answers of the valid set before its mean loss is uncertain.
    static let leastValid = 8
    /// Fewest questions on which a gain can be told from chance.
    static let leastHeldOut = 50

    /// The size of each split that is cut from a pool; the rest is for train.
    ///
    /// By default valid is 8 % of the pool, 8 to 64 questions, as far as there are worked answers. Gate and
    /// test are 15 % each, 50 to 200, but never more than a quarter of the pool.
    ///
    /// - Parameters:
    ///   - pool: Questions to divide.
    ///   - worked: Those of them with a worked answer.
    ///   - splits: The splits to cut, without train.
    /// - Returns: Their sizes.
    func counts(pool: Int, worked: Int, splits: Set<Split>) -> [Split: Int] {
        var counts: [Split: Int] = [:]
        for split in splits {
            switch sizes[split] {
            case .count(let count): counts[split] = count
            case .share(let share): counts[split] = Int((share * Double(pool)).rounded())
            case nil:
                counts[split] =
                    split == .valid
                    ? min(worked, pool / 2, max(Self.leastValid, min(64, pool * 8 / 100)))
                    : min(pool / 4, max(Self.leastHeldOut, min(200, pool * 15 / 100)))
            }
        }
        return counts
    }
}
