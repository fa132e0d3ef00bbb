import Foundation
import GRDB
import Loop
import Store
import Testing

/// The model's own paraphrases: kept with the round that wrote them.
@Suite struct ParaphraseStoreTests {
    let state = TemporaryState()

    private static func record(_ question: QuestionID, _ texts: [String]) -> ParaphraseRecord {
        ParaphraseRecord(question: question, texts: texts, refusals: ["answer": 2], tokenCount: 30)
    }

    @Test func `questions have them from their round on, and records survive a kill`() async throws {
        let store = try state.open()
        let ids = try await store.add([question("a?"), question("d?")])
        let round = try await store.begin()
        let records = [Self.record(ids[0], ["b?", "\"c\" é?"]), Self.record(ids[1], [])]

        try await store.commitParaphrases(records, of: round.id)

        let after = try state.killed()
        let again = try after.open()
        #expect(try await again.paraphrases(of: round.id) == records)
        let found = try await again.questions(in: .train, of: round.id).map(\.content)
        #expect(found.map(\.paraphrases) == [["b?", "\"c\" é?"], []])
        #expect(found.allSatisfy { $0.variants.isEmpty })
        let before = RoundID(rawValue: round.id.rawValue - 1)
        #expect(try await again.question(ids[0], of: before)?.content.paraphrases == [])
        let rules = try await again.verify().violations.map(\.rule)
        #expect(!rules.contains("paraphrases"))
    }

    @Test func `a second record of a question in its round is refused whole`() async throws {
        let store = try state.open()
        let ids = try await store.add([question("a?"), question("d?")])
        let round = try await store.begin()
        try await store.commitParaphrases([Self.record(ids[0], ["b?"])], of: round.id)

        let message = await expectError(.invalidRequest) {
            let records = [Self.record(ids[1], ["e?"]), Self.record(ids[0], ["c?"])]
            try await store.commitParaphrases(records, of: round.id)
        }

        #expect(message.contains("already"))
        #expect(try await store.paraphrases(of: round.id).map(\.texts) == [["b?"]])
    }

    @Test func `paraphrases of a question that is not trained on break a rule`() async throws {
        try await {
            let store = try state.open()
            let ids = try await store.add([question("a?")])
            let round = try await store.begin()
            try await store.commitParaphrases([Self.record(ids[0], ["b?"])], of: round.id)
        }()
        let queue = try DatabaseQueue(path: state.path + "/journal.sqlite")
        try await queue.write { db in
            try db.execute(sql: "UPDATE questions SET split = 'gate'")
        }
        try queue.close()

        let rules = try await state.open().verify().violations.map(\.rule)

        #expect(rules.contains("paraphrases"))
    }
}
