/// Why no further round begins.
///
/// The raw values are stable: events, status and API use them.
public enum StopReason: String, Codable, Sendable, CaseIterable {
    /// The current checkpoint has the accuracy that was asked for.
    case target
    /// Rounds in a row brought nothing, and no lever was named to try.
    case plateau
    /// All rounds that were asked for are done.
    case rounds
    /// The hours of work that were granted are spent.
    case hours
    /// The tokens that were granted are spent.
    case tokens
    /// Nothing that the loop may try is left: every lever failed, or rounds fail.
    case deadEnd = "dead_end"
    /// Rounds in a row had nothing to train on.
    case noData = "no_data"
    /// A person paused the loop.
    case person

    /// What to do next, in one line.
    public var advice: String {
        switch self {
        case .target: "use the checkpoint, or raise loop.target and reload to continue"
        case .plateau: "add questions, name levers in loop.escalation, roll back, or resume"
        case .rounds: "raise loop.rounds and reload to continue"
        case .hours: "raise loop.hours and reload to continue"
        case .tokens: "raise loop.tokens and reload to continue"
        case .deadEnd: "correct what failed, add or change questions, or take another model; then resume"
        case .noData: "change what drops every candidate, or add questions; then resume"
        case .person: "resume when the loop may continue"
        }
    }

    /// Whether what was asked for is done; otherwise the loop waits for a person.
    public var isCompletion: Bool {
        switch self {
        case .target, .rounds, .hours, .tokens: true
        case .plateau, .deadEnd, .noData, .person: false
        }
    }
}
