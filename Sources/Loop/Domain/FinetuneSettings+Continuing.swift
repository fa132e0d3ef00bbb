extension FinetuneSettings {
    /// Refuses to continue from a checkpoint whose adapter has another shape than these settings ask for.
    ///
    /// - Parameters:
    ///   - made: The settings of the round that made the checkpoint.
    ///   - checkpoint: Its number.
    /// - Throws: `LoopError` `invalid_configuration`, naming both values and the remedy.
    public func checkContinuing(_ made: FinetuneSettings, of checkpoint: CheckpointID) throws(LoopError) {
        guard startFrom == .incumbent else { return }
        let (asked, had) = (adapterShape, made.adapterShape)
        let different = asked.indices.filter { asked[$0].value != had[$0].value }
        guard !different.isEmpty else { return }
        func list(_ shape: [(key: String, value: String)]) -> String {
            different.map { "\(shape[$0].key) \(shape[$0].value)" }.joined(separator: ", ")
        }
        throw LoopError(
            .invalidConfiguration,
            "cannot continue from checkpoint \(checkpoint): \(list(asked)) is asked for, its adapter was made with "
                + "\(list(had)); set them alike, or finetune.startFrom to base"
        )
    }

    /// What two adapters must share for one to continue the other.
    private var adapterShape: [(key: String, value: String)] {
        [
            ("finetune.rank", "\(rank)"),
            ("finetune.alpha", "\(alpha)"),
            ("finetune.targetModules", targetModules.sorted().map(\.rawValue).joined(separator: " ")),
        ]
    }
}
