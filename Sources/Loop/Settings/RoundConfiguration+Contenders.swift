extension RoundConfiguration {
    /// The most epochs whose ends are kept: each is one adapter more in every training save.
    static let mostContenderEpochs = 16

    /// Valid questions from which on a choice among contenders is more than chance.
    static let fewestChoosing = 100

    /// What of the questions keeps a choice among contenders from being made, or from being worth much.
    ///
    /// - Parameter counts: Questions per split.
    /// - Returns: At most one sentence.
    func contendersAdvice(_ counts: [Split: Int]) -> [String] {
        guard !finetune.contenders.isEmpty, counts.values.contains(where: { $0 > 0 }) else { return [] }
        let valid = counts[.valid, default: 0]
        if valid == 0 || counts[.gate, default: 0] == 0 {
            let missing = valid == 0 ? "valid" : "gate"
            return [
                "finetune.contenders is set, but there are no \(missing) questions: nothing is chosen, the last save goes to "
                    + "the gate; add \(missing) questions, or set it to []"
            ]
        }
        guard valid < Self.fewestChoosing else { return [] }
        return [
            "finetune.contenders chooses by only \(Plain.count(valid)) valid questions, which is little more than chance; "
                + "use \(Self.fewestChoosing) or more, or set it to []"
        ]
    }

    /// Contenders that there cannot be, or too many.
    var contendersFault: String? {
        let (kinds, epochs) = (finetune.contenders, finetune.epochs)
        if kinds.contains(.epochs), epochs == 1 {
            return
                "finetune.contenders names epochs, but with finetune.epochs 1 there is only the last save; raise "
                + "finetune.epochs, or remove epochs"
        }
        if kinds.contains(.epochs), epochs > Self.mostContenderEpochs {
            return
                "finetune.contenders names epochs, but finetune.epochs \(epochs) is more than the "
                + "\(Self.mostContenderEpochs) adapters that a round keeps; lower finetune.epochs, or remove epochs"
        }
        if kinds.contains(.average), epochs == 1, finetune.startFrom == .base {
            return
                "finetune.contenders names average, but one epoch of a fresh adapter has no two adapters to average; raise "
                + "finetune.epochs, set finetune.startFrom to incumbent, or remove average"
        }
        return nil
    }
}
