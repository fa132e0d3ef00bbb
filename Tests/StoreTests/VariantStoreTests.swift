import Foundation
import GRDB
import Loop
import Store
import Testing

/// Questions in several wordings: kept with the round that they count from.
@Suite struct VariantStoreTests {
    let state = TemporaryState()

    private static func varied(_ text: String, _ variants: [String]) -> QuestionInput {
        var varied = question(text)
        varied.variants = variants
        return varied
    }

    @Test func `variants are read wherever questions are`() async throws {
        let wanted = [Self.varied("a?", ["b?", "\"c\" é?"]), question("d?")]
        let ids = try await {
            let store = try state.open()
            let ids = try await store.add(wanted)
            #expect(try await store.questions(in: .train).map(\.content) == wanted)
            #expect(try await store.question(ids[0])?.content == wanted[0])
            #expect(try await store.questionRecords().map(\.question.content) == wanted)
            return ids
        }()

        #expect(try await state.open().questions(Set(ids))[ids[0]]?.content.variants == ["b?", "\"c\" é?"])
    }

    @Test func `other variants count from the next round on`() async throws {
        let store = try state.open()
        let ids = try await store.add([Self.varied("a?", ["b?"]), question("d?")])
        let round = try await store.begin()

        try await store.add(
            [],
            rewordings: [
                QuestionRewording(question: ids[0], variants: [], origin: "train.jsonl:1"),
                QuestionRewording(question: ids[1], variants: ["e?"], origin: "train.jsonl:2"),
            ]
        )
        try await store.add(
            [],
            rewordings: [QuestionRewording(question: ids[1], variants: ["f?"], origin: "train.jsonl:2")]
        )

        let before = try await store.questions(in: .train, of: round.id)
        #expect(before.map(\.content.variants) == [["b?"], []])
        #expect(try await store.questions(in: .train).map(\.content.variants) == [[], ["f?"]])
        let rules = try await store.verify().violations.map(\.rule)
        #expect(!rules.contains("variants"))
    }

    @Test func `variants of a round that there is not break a rule`() async throws {
        try await { _ = try await state.open().add([Self.varied("a?", ["b?"])]) }()
        let queue = try DatabaseQueue(path: state.path + "/journal.sqlite")
        try await queue.write { db in try db.execute(sql: "UPDATE variants SET after_round = 3") }
        try queue.close()

        let rules = try await state.open().verify().violations.map(\.rule)

        #expect(rules == ["variants"])
    }

    @Test func `a journal of the schema before has questions without variants, and takes some`() async throws
    {
        let ids = try await { try await state.open().add([question("a?")]) }()
        let queue = try DatabaseQueue(path: state.path + "/journal.sqlite")
        try await queue.write { db in
            try db.execute(
                sql:
                    "DROP TABLE paraphrases; DROP TABLE variants; DROP TABLE levels; PRAGMA user_version = 11"
            )
        }
        try queue.close()

        let store = try state.open()

        #expect(try await store.questions(in: .train).map(\.content.variants) == [[]])
        let rewording = QuestionRewording(question: ids[0], variants: ["b?"], origin: "train.jsonl:1")
        try await store.add([], rewordings: [rewording])
        #expect(try await store.question(ids[0])?.content.variants == ["b?"])
    }

    @Test func `variants make another digest, none leaves it as it was`() throws {
        let plain = try QuestionDigest.of([question("a?")])

        #expect(try QuestionDigest.of([Self.varied("a?", [])]) == plain)
        #expect(try QuestionDigest.of([Self.varied("a?", ["b?"])]) != plain)
    }
}
