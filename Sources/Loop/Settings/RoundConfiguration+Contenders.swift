extension RoundConfiguration {
    /// The most epochs whose ends are kept: each is one adapter more in every training save.
    static let mostContenderEpochs = 16

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
