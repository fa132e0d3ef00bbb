import Foundation
import Loop
import Store
import Testing

/// Contenders beside the training saves of a round.
@Suite struct ContenderStoreTests {
    let state = TemporaryState()
    private let score = ContenderScore(valid: Accuracy(rightCount: 3, of: 4), meanLoss: 1.25, tokenCount: 60)

    private func contender(_ fill: UInt8 = 7) -> Contender {
        Contender(name: "epoch 1", files: adapterFiles(fill))
    }

    @Test func `a kept contender and its score survive a kill`() async throws {
        let store = try state.open()
        let round = try await store.begin()
        let kept = try await store.keep(contender(), number: 1, of: round.id)
        try await store.record(score, of: kept.adapter, number: 1, of: round.id)

        let reopened = try state.killed()
        let again = try await reopened.open().keep(contender(), number: 1, of: round.id)

        #expect(kept.score == nil)
        #expect(kept.adapter.path == state.path + "/training/round-000001/contender-000001")
        #expect(again.score == score)
        #expect(again.adapter.sha256 == kept.adapter.sha256)
    }

    @Test func `a damaged contender is written again, and other bytes have no score`() async throws {
        let store = try state.open()
        let round = try await store.begin()
        let kept = try await store.keep(contender(), number: 1, of: round.id)
        try await store.record(score, of: kept.adapter, number: 1, of: round.id)
        let place = "training/round-000001/contender-000001/adapter_model.safetensors"

        try state.write("damaged", to: place)
        let again = try await store.keep(contender(), number: 1, of: round.id)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: state.path + "/" + place))
        let other = try await store.keep(contender(8), number: 1, of: round.id)

        #expect(again.score == score)
        #expect(bytes == Data(repeating: 7, count: 3_000))
        #expect(other.score == nil)
    }

    @Test func `a score counts only while the model computes and answers are read as before`() async throws {
        let store = try state.open()
        try store.bind(model: .tiny)
        let round = try await store.begin()
        let kept = try await store.keep(contender(), number: 1, of: round.id)
        try await store.record(score, of: kept.adapter, number: 1, of: round.id)
        var other = ModelIdentity.tiny
        other.precision = "int8"

        #expect(try await store.keep(contender(), number: 1, of: round.id).score == score)
        try store.bind(model: other)
        #expect(try await store.keep(contender(), number: 1, of: round.id).score == nil)
        try store.bind(model: .tiny)
        store.setJudge("another program")
        #expect(try await store.keep(contender(), number: 1, of: round.id).score == nil)
    }

    @Test func `a damaged score is none`() async throws {
        let store = try state.open()
        let round = try await store.begin()
        let kept = try await store.keep(contender(), number: 1, of: round.id)
        try await store.record(score, of: kept.adapter, number: 1, of: round.id)

        try state.write("{}", to: "training/round-000001/score-000001/score.json")

        #expect(try await store.keep(contender(), number: 1, of: round.id).score == nil)
    }

    @Test func `contenders are no training saves, and go when the checkpoint is recorded`() async throws {
        let store = try state.open()
        let round = try await store.begin()
        for number in 1...3 {
            let kept = try await store.keep(contender(UInt8(number)), number: number, of: round.id)
            try await store.record(score, of: kept.adapter, number: number, of: round.id)
        }
        let save = try await store.newestTrainingSave(of: round.id)

        _ = try await store.recordCheckpoint(files: adapterFiles(), round: round, events: [])

        #expect(save == nil)
        #expect(try state.names("training").isEmpty)
    }

    @Test func `a contender without weights is refused`() async throws {
        let store = try state.open()
        let round = try await store.begin()
        let empty = Contender(name: "average", files: [])

        await expectError(.invalidRequest) { _ = try await store.keep(empty, number: 1, of: round.id) }
    }
}
