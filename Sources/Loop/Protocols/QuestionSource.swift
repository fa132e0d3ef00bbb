/// The questions.
public protocol QuestionSource: Sendable {
    /// Questions of a split in order of number.
    ///
    /// - Parameter split: The split.
    /// - Returns: Its questions.
    /// - Throws: An error of the store.
    func questions(in split: Split) async throws -> [Question]

    /// Questions of a split that a round began with, in order of number: those added since count from the
    /// next round.
    ///
    /// - Parameters:
    ///   - split: The split.
    ///   - round: The round.
    /// - Returns: The split's questions.
    /// - Throws: An error of the store.
    func questions(in split: Split, of round: RoundID) async throws -> [Question]
}
