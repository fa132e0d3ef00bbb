package import Loop

/// What the next round runs with: a person's own settings, or these with a lever pulled.
package struct CourseTurn: Sendable {
    /// The settings, the lever on record in them.
    package let configuration: RoundConfiguration
    /// The event that says so, where a lever is pulled.
    package let notes: [RoundEvent]

    /// Decides by the journal.
    ///
    /// - Parameters:
    ///   - settings: A person's own.
    ///   - recent: The finished rounds that matter, see `Course.Record`.
    package init(_ settings: DaemonSettings, _ recent: [Course.Step]) {
        let course = settings.loop.course(patience: settings.round.gate.patience)
        guard case .lever(let lever) = course.turn(after: recent) else {
            (configuration, notes) = (settings.round, [])
            return
        }
        configuration = lever.applied(to: settings.round)
        let change = lever.change(of: settings.round)
        let last = recent.last { ![.failed, .abandoned].contains($0.outcome) } ?? recent.last
        let cause =
            switch last?.outcome {
            case .promoted: "round \(last?.round.description ?? "") was promoted with it"
            case let outcome?: "round \(last?.round.description ?? "") ended \(outcome.rawValue)"
            case nil: "nothing else is left"
            }
        let message = "tries \(lever): \(change.isEmpty ? "no change" : change), because \(cause)"
        notes = [RoundEvent(.escalated, phase: .generate, message: message)]
    }
}
