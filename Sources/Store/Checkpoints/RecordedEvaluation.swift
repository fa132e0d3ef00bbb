public import Loop

/// An evaluation as the journal holds it, with what it rests on.
public struct RecordedEvaluation: Hashable, Sendable {
    /// The score and the answers behind it.
    public var evaluation: Evaluation
    /// Digest of the questions asked and of the settings that prompt for answers and read them.
    public var basis: String
    /// Whether those settings are still those of the newest round.
    public var isOfPresentSettings: Bool

    /// Whether both are known to have been made with the same settings; the questions may differ.
    public func hasSettings(of other: RecordedEvaluation) -> Bool {
        basis == other.basis || isOfPresentSettings && other.isOfPresentSettings
    }
}
