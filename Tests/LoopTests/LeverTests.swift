import Foundation
import Loop
import Testing

/// What each lever changes, by how much, and that a record keeps it.
@Suite("Levers")
struct LeverTests {
    @Test func `each changes one setting by its amount and leaves its name on record`() {
        let own = RoundConfiguration()

        let changes = LeverID.all.map { $0.change(of: own) }

        #expect(
            changes == [
                "generate.candidates 15 → 30", "generate.temperature 1.1 → 1.3",
                "finetune.startFrom incumbent → base", "finetune.objective sft → scpo",
            ]
        )
        for lever in LeverID.all { #expect(lever.applied(to: own).gate.levers == [lever]) }
    }

    @Test func `a lever at its bound changes nothing and leaves no name`() {
        var own = RoundConfiguration()
        (own.generate.candidates, own.generate.temperature) = (4096, 2.5)
        (own.finetune.startFrom, own.finetune.objective) = (.base, .scpo)

        for lever in LeverID.all + [LeverID(rawValue: "of a later version")] {
            #expect(lever.applied(to: own) == own && !lever.changes(own) && lever.change(of: own) == "")
        }
    }

    @Test func `where headroom is measured more votes are asked there, too`() {
        var own = RoundConfiguration()
        own.headroom.questions = 50

        let tried = LeverID.votes.applied(to: own)

        #expect(tried.generate.candidates == 30 && tried.headroom.votes == 32)
        #expect(LeverID.votes.sentence(in: tried) == "generate.candidates 30, headroom.votes 32")
        #expect(LeverID.all.filter(\.changesHeadroom) == [.votes, .temperature])
    }

    @Test func `temperatures stay in hundredths`() {
        var own = RoundConfiguration()
        own.generate.temperature = 0.7

        #expect(LeverID.temperature.applied(to: own).generate.temperature == 0.9)
        #expect(LeverID.temperature.change(of: own) == "generate.temperature 0.7 → 0.9")
    }

    @Test func `a record without a lever reads as before, and one with a lever keeps it`() throws {
        let own = RoundConfiguration()
        let tried = LeverID.votes.applied(to: own)

        let (plain, pulled) = (try JSONEncoder().encode(own), try JSONEncoder().encode(tried))

        #expect(!String(decoding: plain, as: UTF8.self).contains("levers"))
        #expect(String(decoding: pulled, as: UTF8.self).contains(#""levers":["votes"]"#))
        #expect(try JSONDecoder().decode(RoundConfiguration.self, from: pulled) == tried)
    }

    @Test func `a list names known levers, each once`() {
        let rule = SettingRule<[LeverID]>.levers
        let setting = Setting<Holder>("escalation", \.levers, rule, "")

        #expect(throws: Never.self) { try setting.check(Holder(levers: LeverID.all)) }
        #expect(throws: LoopError.self) { try setting.check(Holder(levers: [.votes, .votes])) }
        #expect(throws: LoopError.self) { try setting.check(Holder(levers: [LeverID(rawValue: "luck")])) }
    }

    private struct Holder: SettingsRoot {
        var levers: [LeverID] = []
    }
}
