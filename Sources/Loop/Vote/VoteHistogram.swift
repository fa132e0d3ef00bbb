/// The histogram of winning shares for the round's report.
public enum VoteHistogram {
    /// Counts shares in ten equal bins of 0...1; the last includes 1.
    public static func bins(_ shares: [Double]) -> [Int] {
        var bins = [Int](repeating: 0, count: 10)
        for share in shares {
            // 0.3 · 10 must land in bin 3 although 0.3 has no exact binary form.
            bins[min(max(Int(share * 10 + 1e-9), 0), 9)] += 1
        }
        return bins
    }

    /// Share of texts that repeat an earlier text of the same question; 0 for none.
    ///
    /// - Parameter textsPerQuestion: Each question's texts.
    /// - Returns: Repetitions divided by texts.
    public static func duplicateShare(_ textsPerQuestion: [[String]]) -> Double {
        duplicateShare(
            of: textsPerQuestion.reduce(0) { $0 + $1.count },
            distinctCount: textsPerQuestion.reduce(0) { $0 + distinctCount($1) }
        )
    }

    /// The same from counts, for texts that come in parts.
    static func duplicateShare(of count: Int, distinctCount: Int) -> Double {
        count == 0 ? 0 : Double(count - distinctCount) / Double(count)
    }

    /// How many of one question's texts differ, as Swift compares strings.
    static func distinctCount(_ texts: [String]) -> Int { Set(texts).count }
}
