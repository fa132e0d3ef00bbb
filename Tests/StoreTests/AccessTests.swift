import Foundation
import GRDB
import Glibc
import Loop
import Store
import Testing

/// Who may read the state, and what is said where the daemon may not.
@Suite struct AccessTests {
    let state = TemporaryState()

    private func mode(_ name: String) throws -> mode_t {
        var status = stat()
        try #require(stat(state.path + "/" + name, &status) == 0)
        return status.st_mode & 0o777
    }

    @Test func `a state directory and what is below it are for owner and group alone`() throws {
        _ = try state.open()

        for name in [".", "checkpoints", "training", "exports"] {
            #expect(try mode(name) & 0o027 == 0, "\(name)")
            #expect(try mode(name) & 0o700 == 0o700, "\(name)")
        }
    }

    @Test func `one that is there keeps its mode`() throws {
        try FileManager.default.createDirectory(
            atPath: state.path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )

        _ = try state.open()

        #expect(try mode(".") == 0o755)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/sys/kernel")))
    func `what may not be written is named as such, with its path`() async {
        // Nobody may make a directory there, root included.
        let message = await expectError(.permission) {
            _ = try JournalStore(stateDirectory: "/sys/autodidact-state")
        }

        #expect(message.contains("/sys/autodidact-state"))
    }

    @Test func `a journal that another program holds says who may`() async throws {
        let store = try state.open()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: state.path + "/journal.sqlite", configuration: configuration)
        try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }

        let message = await expectError(.databaseLocked) {
            try await store.append([RoundEvent(.warning, message: "m")])
        }

        try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
        #expect(message.contains("another program holds") && message.contains("fuser"))
        try await store.append([RoundEvent(.warning, message: "m")])
    }

    @Test func `a look at the state ends when its task is cancelled`() async throws {
        let store = try state.open()
        try await store.add(trainTexts.map { question($0) })
        try await store.runRound(.promoted)
        let file = state.path + "/checkpoints/000001/adapter_model.safetensors"
        // Minutes to read, and nothing on disk.
        try #require(truncate(file, 256 << 30) == 0)

        let look = Task { try await store.verify() }
        look.cancel()

        await #expect(throws: CancellationError.self) { try await look.value }
    }
}
