/// The selection policies of the literature (method, section 6): named lists of filters.
public enum SelectionPolicyID: String, SettingChoice {
    /// Every candidate whose answer can be read is kept.
    case none
    /// Candidates whose answer equals the reference are kept: an upper bound, for diagnosis only.
    case oracle
    /// The majority vote alone (LMSI).
    case lmsi
    /// The vote, then the `keep` share of smallest DS weights (the paper's method).
    case iwsi
    /// The vote, then weights by mean valid loss over loss (the paper's variant IWSI-w).
    case iwsiW
    /// Questions of low entropy, then the vote (the paper's baseline Entropy-filter).
    case entropy
    /// The vote, then the `keep` share that the model rates highest (the paper's baseline Self-filter).
    case selfFilter
    /// The vote, then Cherry LLM's rule: IFD up to 1, of those the largest.
    case ifd
    /// All but the shortest, without a vote (SSD).
    case ssd
    /// The vote, then the `keep` share that a reward model scores highest (the paper's baseline RM-filter).
    case rmFilter
    /// The vote, then the share that is hardest for a smaller model, yet learnable (SALT's selection).
    case salt

    /// Its filters in their order.
    public var filters: [FilterName] {
        switch self {
        case .none: []
        case .oracle: [.oracle]
        case .lmsi: [.vote]
        case .iwsi: [.vote, .ds]
        case .iwsiW: [.vote, .iwsiW]
        case .entropy: [.entropy, .vote]
        case .selfFilter: [.vote, .selfRating]
        case .ifd: [.vote, .ifd, .ifdTop]
        case .ssd: [.shortest]
        case .rmFilter: [.vote, .rewardModel]
        case .salt: [.vote, .smallModelScore]
        }
    }
}

extension SelectSettings {
    /// What was kept, in one sentence for model cards.
    public var sentence: String {
        guard filters.isEmpty else {
            let names = filters.map(\.rawValue).joined(separator: ", ")
            return "candidates that passed the filters \(names) were kept"
        }
        return switch policy {
        case .none: "every candidate whose answer could be read was kept"
        case .lmsi: "candidates that agree with their question's majority vote were kept"
        case .oracle: "candidates whose answer equals the reference answer were kept, for diagnosis only"
        case .iwsi where shift.side != .both:
            "of the candidates that agree with their question's majority vote, those with the "
                + "\(shift.side == .low ? "lowest" : "highest") losses were cut off and \(keep) % kept (rule "
                + "`\(cut.rawValue)`); the loss is compared with the mean loss of worked answers"
        case .iwsi:
            "of the candidates that agree with their question's majority vote, the \(keep) % with the smallest DS "
                + "weight were kept (rule `\(cut.rawValue)`); the DS weight says by which factor a candidate's loss "
                + "lies from the mean loss of worked answers"
        case .iwsiW:
            "candidates that agree with their question's majority vote were kept, each weighted by the mean loss of "
                + "worked answers over its own, at most \(shift.weightClip)"
        case .entropy:
            "of the questions whose answers are spread least, candidates that agree with their majority vote were kept"
        case .selfFilter:
            "of the candidates that agree with their question's majority vote, the \(keep) % that the model itself "
                + "rated highest were kept"
        case .ifd:
            "of the candidates that agree with their question's majority vote and have an instruction-following "
                + "difficulty of at most 1, the \(rank.ifdShare) % of largest difficulty were kept"
        case .ssd:
            "every candidate whose answer could be read was kept, but for the \(rank.shortShare) % shortest"
        case .rmFilter where outside.rewardRule == .threshold:
            "of the candidates that agree with their question's majority vote, those with a reward of at least "
                + "\(outside.rewardLimit) were kept"
        case .rmFilter:
            "of the candidates that agree with their question's majority vote, the \(keep) % with the highest reward "
                + "were kept"
        case .salt:
            "of the candidates that agree with their question's majority vote, the \(outside.smallModelShare) % that are "
                + "hardest for a smaller model were kept"
        }
    }
}
