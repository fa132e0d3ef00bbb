/// How much preflight asks, and the bounds of its verdicts.
public enum PreflightBounds {
    /// Gate questions asked unless told otherwise: the interval is then at most 25 points wide.
    public static let sample = 60
    /// Gate questions that a daemon asks before its first round: enough to tell a set that cannot be read, or
    /// never or always answered right, from one that can be learned.
    public static let startSample = 20
    /// What a daemon asks before its first round, at most, as a share of that round's candidates: what is
    /// meant to save a wasted round must cost much less than one.
    static let startShare = 0.5
    /// Questions of the vote per gate question: with eight candidates each they cost most of the time.
    static let voteShare = 2.0 / 3
    /// Questions of the temperature grid per question of the vote: each further temperature costs half as
    /// much.
    static let gridShare = 0.5
    /// Candidates per question at most: a vote of eight shows what the vote does.
    static let candidates = 8
    /// Temperatures of the grid besides the configured one: where published runs of small and large models
    /// lie.
    static let temperatures = [0.6, 0.8, 1.0, 1.2]
    /// Temperatures closer than this are one.
    static let sameTemperature = 0.051
    /// Questions below which the sample alone says nothing: three of three right may be chance.
    static let fewestQuestions = 10

    /// Share of answers that must be readable: below half, the vote mostly counts accidents.
    static let readableShare = 0.5
    /// Too hard if the accuracy's interval ends below this: nine votes of ten would teach something wrong.
    static let hardUpper = 0.10
    /// Too easy if the interval begins above this: 59 right of 60 reach it, and no gate of usual size could
    /// see what is left to gain.
    static let easyLower = 0.90
    /// How much higher a temperature's balance must be to be advised: smaller differences are chance.
    static let betterBalance = 0.03
    /// Share of cut candidates from which more tokens are advised: most of these do not vote.
    static let cutShare = 0.05
}
