/// Objectives by name.
public struct Objectives: Sendable {
    /// Those that `finetune.objective` may name; a new one is a line here and one in the trainer's
    /// `objectives.py`.
    public static let standard = Objectives([
        CrossEntropy(),
        CrossEntropy.weighted,
        PairPreference.scpo,
        PairPreference.scpoDs,
        RejectionOnly(),
        PairPreference.spinVote,
        CrossEntropy.sodMix,
        VoteAdvantage(),
    ])

    /// All of them, in the order that messages name them.
    public let all: [any Objective]

    /// Builds a list, such as a test's.
    public init(_ all: [any Objective]) { self.all = all }

    /// The objective that settings ask for, with what they say of it.
    ///
    /// - Throws: `LoopError` `invalid_configuration` when there is none of that name.
    public func configured(by settings: FinetuneSettings) throws -> any Objective {
        try named(settings.objective).configured(by: settings)
    }

    /// The objective of a name among the standard ones.
    ///
    /// - Throws: `LoopError` `invalid_configuration` when there is none.
    public static func named(_ name: ObjectiveID) throws -> any Objective { try standard.named(name) }

    /// The objective of a name.
    ///
    /// - Throws: `LoopError` `invalid_configuration` when there is none.
    public func named(_ name: ObjectiveID) throws -> any Objective {
        guard let objective = all.first(where: { $0.name == name }) else {
            throw LoopError(
                .invalidConfiguration,
                "there is no objective \(name); finetune.objective is one of "
                    + all.map(\.name.rawValue).joined(separator: ", ")
            )
        }
        return objective
    }

    /// Names in the order of the list.
    public var names: [ObjectiveID] { all.map(\.name) }

    /// These and more.
    public func adding(_ more: any Objective...) -> Objectives { Objectives(all + more) }
}
