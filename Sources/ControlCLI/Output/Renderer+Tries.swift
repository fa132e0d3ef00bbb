package import ControlAPI
import Loop

extension Renderer {
    /// What the loop has tried when rounds brought nothing, and what came of it; nothing without such a
    /// round.
    package func tries(_ rounds: [RoundSummary]) -> [String] {
        let tried = rounds.filter { $0.lever != nil }
        guard !tried.isEmpty else { return [] }
        var table = Table([
            .init("ROUND", right: true), .init("LEVER"), .init("RUNS WITH", least: 12, keep: 1),
            .init("GATE", keep: 2), .init("VERDICT"),
        ])
        table.rows = tried.map { round in
            [
                Cell("\(round.id)", .strong), Cell(round.lever ?? ""), Cell(round.leverSetting ?? ""),
                Cell(Format.change(round.gate?.before, round.gate?.after)),
                Words.outcome(round.outcome, phase: round.phase),
            ]
        }
        return ["", paint("what it tried and what came of it", .strong)] + lines(table)
    }
}
