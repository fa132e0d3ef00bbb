import ControlAPI
import Loop

extension ReportPage {
    /// What the loop has tried when rounds brought nothing, and what came of it.
    func tries() -> String {
        let tried = rounds.filter { $0.lever != nil }
        guard !tried.isEmpty else { return "" }
        let rows = tried.map { round in
            [
                "\(round.id)", round.lever ?? "", round.leverSetting ?? "",
                Format.change(round.gate?.before, round.gate?.after),
                round.outcome?.rawValue ?? "in \(round.phase.rawValue)",
            ]
        }
        return section(
            "What it tried and what came of it",
            "<p>Rounds before these brought nothing, so that the loop pulled a lever of loop.escalation.</p>"
                + Markup.table(["round", "lever", "runs with", "gate before → after", "verdict"], rows)
        )
    }

    /// How far the vote was ahead of one greedy answer, by round.
    func headroom() -> String {
        let measured = rounds.compactMap { round in round.headroom.map { (round.id, $0) } }
        guard !measured.isEmpty else { return "" }
        let rows = measured.map { id, headroom in ["\(id)", headroom.sentence] }
        return section(
            "Is there anything left to learn from the vote?",
            "<p>Headroom: the vote's accuracy minus that of one greedy answer, with the checkpoint that the round began "
                + "with. Round 1's is the base model's.</p>" + Markup.table(["round", "headroom"], rows)
        )
    }
}
