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

    /// Its filters in their order.
    public var filters: [FilterName] {
        switch self {
        case .none: []
        case .oracle: [.oracle]
        case .lmsi: [.vote]
        case .iwsi: [.vote, .ds]
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
        case .iwsi:
            "of the candidates that agree with their question's majority vote, the \(keep) % with the smallest DS "
                + "weight were kept (rule `\(cut.rawValue)`); the DS weight says by which factor a candidate's loss "
                + "lies from the mean loss of worked answers"
        }
    }
}
