extension RoundConfiguration {
    /// The most epochs whose ends are kept: each is one adapter more in every training save.
    static let mostContenderEpochs = 16

    /// Valid questions below which the choice is little more than chance.
    static let smallChoice = 100

    /// What keeps the valid set from choosing, or makes its choice worth little.
    ///
    /// - Parameters:
    ///   - valid: Valid questions.
    ///   - gate: Gate questions; without any the valid set is the gate, and must not choose first.
    /// - Returns: One sentence each.
    func contenderAdvice(valid: Int, gate: Int) -> [String] {
        guard !finetune.contenders.isEmpty, valid + gate > 0 else { return [] }
        if valid == 0 || gate == 0 {
            let missing = valid == 0 ? "valid" : "gate"
            return [
                "finetune.contenders needs valid questions to choose by and gate questions to judge the choice, but there are "
                    + "no \(missing) questions: the last save goes to the gate; add \(missing) questions, or set it to []"
            ]
        }
        guard valid < Self.smallChoice else { return [] }
        return [
            "finetune.contenders chooses by \(Plain.count(valid)) valid questions, which is little more than chance; use "
                + "\(Self.smallChoice) or more"
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
