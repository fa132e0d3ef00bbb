import Foundation
import GRDB
import Loop
import Store
import Synchronization
import Testing

/// A request that is sent again gets its reply again, for a day.
@Suite struct ReceiptTests {
    let state = TemporaryState()
    private let request = RequestKey("key-1", request: "add two".utf8)

    /// A receipt whose reply tells the numbers of the new questions.
    private func receipt(_ request: RequestKey) -> Receipt<[QuestionID]> {
        Receipt(request) { ids in Data("\(ids.map(\.rawValue))".utf8) }
    }

    @Test func `a receipt is written with its change and outlives a kill`() async throws {
        let store = try state.open()
        #expect(try await store.reply(to: request) == nil)

        let questions = [question("What is 1 + 2?"), question("What is 2 + 2?")]
        try await store.add(questions, receipt: receipt(request))

        let killed = try state.killed()
        #expect(try await store.reply(to: request) == Data("[1, 2]".utf8))
        #expect(try await killed.open().reply(to: request) == Data("[1, 2]".utf8))
        #expect(try await store.verify().violations.isEmpty)
    }

    @Test func `a change that is refused leaves no receipt`() async throws {
        let store = try state.open()
        try await store.add([question("What is 1 + 2?")])

        await expectError(.duplicateQuestion) {
            try await store.add([question("What is 1 + 2?")], receipt: receipt(request))
        }

        #expect(try await store.reply(to: request) == nil)
    }

    @Test func `a key that came with another request is refused by name`() async throws {
        let store = try state.open()
        try await store.add([question("What is 1 + 2?")], receipt: receipt(request))

        let message = await expectError(.keyReused) {
            _ = try await store.reply(to: RequestKey("key-1", request: "add three".utf8))
        }

        #expect(message.contains("key-1"))
    }

    @Test func `a key never stands for two changes`() async throws {
        let store = try state.open()
        try await store.add([question("What is 1 + 2?")], receipt: receipt(request))

        await expectError(.databaseFailed) {
            try await store.add([question("What is 2 + 2?")], receipt: receipt(request))
        }

        #expect(try await store.questionCounts()[.train] == 1)
    }

    @Test func `a receipt is forgotten after a day, and the next one removes it`() async throws {
        let seconds = Mutex(1_800_000_000.0)
        let store = try JournalStore(
            stateDirectory: state.path,
            now: { Date(timeIntervalSince1970: seconds.withLock { $0 }) }
        )
        try await store.add([question("What is 1 + 2?")], receipt: receipt(request))

        seconds.withLock { $0 += 24 * 60 * 60 }
        #expect(try await store.reply(to: request) != nil)
        seconds.withLock { $0 += 1 }
        #expect(try await store.reply(to: request) == nil)

        let second = RequestKey("key-2", request: "export".utf8)
        try await store.write(Receipt<Int>(second) { Data("\($0)".utf8) }, of: 7)
        #expect(try await store.reply(to: second) == Data("7".utf8))
        let count = try await DatabaseQueue(path: state.path + "/journal.sqlite").read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM receipts")
        }
        #expect(count == 1)
    }

    @Test func `a dry run leaves no receipt`() async throws {
        let store = try state.open()
        let receipt = Receipt<PruneReport>(request) { _ in Data("{}".utf8) }

        _ = try await store.prune(keeping: 1, isDryRun: true, receipt: receipt)
        #expect(try await store.reply(to: request) == nil)
        _ = try await store.prune(keeping: 1, isDryRun: false, receipt: receipt)
        #expect(try await store.reply(to: request) == Data("{}".utf8))
    }

    @Test func `a rollback keeps the plan that it carried out as its reply`() async throws {
        let store = try state.open()
        let receipt = Receipt<RollbackPlan>(request) { plan in Data("[\(plan.current.id)]".utf8) }

        try await store.rollback(.round(RoundID(rawValue: 0)), receipt: receipt) { _ in
            RoundEvent(.rolledBack, message: "back")
        }

        #expect(try await store.reply(to: request) == Data("[0]".utf8))
    }
}
