/// The name of something that a round can do differently when rounds bring nothing.
public struct LeverID: SettingName {
    /// The spelling in settings and records.
    public let rawValue: String

    /// Wraps a spelling.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Twice as many candidates per question vote, in the measurement of headroom too.
    public static let votes = LeverID(rawValue: "votes")
    /// Candidates are sampled at a temperature 0.2 higher.
    public static let temperature = LeverID(rawValue: "temperature")
    /// Fine-tuning starts from the base model, with what earlier rounds have kept.
    public static let restartFromBase = LeverID(rawValue: "restartFromBase")
    /// Fine-tuning learns from losing candidates, too.
    public static let scpo = LeverID(rawValue: "scpo")

    /// Every lever of this version.
    public static let all: [LeverID] = [.votes, .temperature, .restartFromBase, .scpo]

    private static let mostCandidates = 4096
    private static let highestTemperature = 2.0

    /// The settings of a round that tries it; the given ones for a lever of another version, or where its
    /// setting is at its bound.
    ///
    /// - Parameter settings: A person's own settings.
    /// - Returns: The settings with the lever pulled, and with its name on record.
    public func applied(to settings: RoundConfiguration) -> RoundConfiguration {
        var changed = settings
        switch self {
        case .votes:
            changed.generate.candidates = min(settings.generate.candidates * 2, Self.mostCandidates)
            // Otherwise a round that measures its headroom first would measure the same again.
            if settings.headroom.questions > 0 {
                changed.headroom.votes = min(settings.headroom.votes * 2, Self.mostCandidates)
            }
        case .temperature:
            // In hundredths: a sum of binary fractions would be recorded with all its digits.
            let wanted = ((settings.generate.temperature + 0.2) * 100).rounded() / 100
            changed.generate.temperature = max(
                settings.generate.temperature,
                min(wanted, Self.highestTemperature)
            )
        case .restartFromBase: changed.finetune.startFrom = .base
        case .scpo: changed.finetune.objective = .scpo
        default: return settings
        }
        guard changed != settings else { return settings }
        changed.gate.levers = [self]
        return changed
    }

    /// Whether a round that tries it can measure another headroom.
    public var changesHeadroom: Bool { self == .votes || self == .temperature }

    /// Whether it changes anything.
    public func changes(_ settings: RoundConfiguration) -> Bool { applied(to: settings) != settings }

    /// What it changes, such as `generate.candidates 15 → 30`.
    ///
    /// - Parameter settings: A person's own settings.
    /// - Returns: The setting with its value before and after; empty where nothing changes.
    public func change(of settings: RoundConfiguration) -> String {
        let changed = applied(to: settings)
        return RoundConfiguration.settings.filter { $0.shown(in: settings) != $0.shown(in: changed) }
            .map { "\($0.path) \($0.shown(in: settings)) → \($0.shown(in: changed))" }
            .joined(separator: ", ")
    }

    /// What a round with these settings runs with because of it, such as `generate.candidates 30`.
    public func sentence(in settings: RoundConfiguration) -> String {
        switch self {
        case .votes:
            "generate.candidates \(settings.generate.candidates)"
                + (settings.headroom.questions > 0 ? ", headroom.votes \(settings.headroom.votes)" : "")
        case .temperature: "generate.temperature \(settings.generate.temperature)"
        case .restartFromBase: "finetune.startFrom \(settings.finetune.startFrom.rawValue)"
        case .scpo: "finetune.objective \(settings.finetune.objective)"
        default: rawValue
        }
    }
}

extension SettingRule<[LeverID]> {
    /// Levers of this version, each once.
    public static var levers: SettingRule {
        SettingRule { levers in
            if let unknown = levers.first(where: { !LeverID.all.contains($0) }) {
                return "has \(unknown); known are \(LeverID.all.map(\.rawValue).joined(separator: ", "))"
            }
            return Set(levers).count == levers.count ? nil : "names a lever twice; name each once"
        }
    }
}
