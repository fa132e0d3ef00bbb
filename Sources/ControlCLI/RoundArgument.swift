import ArgumentParser
package import ControlAPI
package import Loop

/// A round on the command line: a number, `latest`, `promoted` or `base`.
package enum RoundArgument: Hashable, Sendable {
    case number(Int)
    /// The round with the greatest number.
    case latest
    /// The last round whose checkpoint was promoted.
    case promoted

    /// Reads an argument; `base` is round 0.
    package init?(argument: String) {
        switch argument {
        case "latest": self = .latest
        case "promoted": self = .promoted
        case "base": self = .number(0)
        default:
            guard let number = Int(argument), number >= 0 else { return nil }
            self = .number(number)
        }
    }

    /// The number, looked up in a list of rounds if it is not given.
    package func resolve(in rounds: [RoundSummary]) throws(Problem) -> RoundID {
        switch self {
        case .number(let number): return RoundID(rawValue: number)
        case .latest:
            guard let round = rounds.last else {
                throw Problem(
                    .noSuchRound,
                    "there is no round yet",
                    hint: "follow the first with \"autodidact watch\""
                )
            }
            return round.id
        case .promoted:
            guard let round = rounds.last(where: { $0.outcome == .promoted }) else {
                throw Problem(
                    .noSuchRound,
                    "no round has been promoted yet",
                    hint: "see \"autodidact rounds\"; \"base\" names the base model"
                )
            }
            return round.id
        }
    }

    /// The number, asking the daemon if it is not given.
    func resolve(_ client: ControlClient) async throws(Problem) -> RoundID {
        if case .number(let number) = self { return RoundID(rawValue: number) }
        let outcome: Outcome? = if case .promoted = self { .promoted } else { nil }
        return try resolve(in: await client.rounds(newest: 1, outcome: outcome).rounds)
    }
}

extension RoundArgument: ExpressibleByArgument {
    static var defaultCompletionKind: CompletionKind { RoundCompletion.any }
}
