/// How hard a question is, as the person who wrote it says: a whole number, the easiest first.
///
/// Numbers only order questions; gaps between them mean nothing.
public struct QuestionLevel: Hashable, Sendable {
    /// Levels that there can be.
    public static let range = 0...1_000_000

    /// The question.
    public var question: QuestionID
    /// Its level from the next round on.
    public var level: Int

    /// Joins a question and a level.
    public init(question: QuestionID, level: Int) {
        self.question = question
        self.level = level
    }

    /// Why a number is no level; nil when it is one.
    static func fault(of level: Int) -> String? {
        range.contains(level) ? nil : "the level \(level) is not a whole number from 0 to \(range.upperBound)"
    }
}
