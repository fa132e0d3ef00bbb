import Foundation
import Loop
import Store
import Testing

/// Archives change nothing but space: rounds that need earlier candidates end with the same bytes, killed or
/// not.
@Suite(.serialized)
struct ArchiveTests {
    private static let finetune =
        "{rank: 4, alpha: 8, learningRate: 2.0e-3, epochs: 1, batch: 8, saveEverySteps: 1, startFrom: base}"

    private func run(archiveAfter: Int) throws -> TinyRun {
        try TinyRun(
            rounds: 4,
            settings: [
                "finetune": Self.finetune, "storage": "{archiveAfter: \(archiveAfter), keepEvents: 20}",
            ]
        )
    }

    private func candidates(_ run: TinyRun) async throws -> [[Candidate]] {
        let store = try JournalStore(stateDirectory: run.state)
        var all: [[Candidate]] = []
        for number in 1...4 { all.append(try await store.candidates(of: RoundID(rawValue: number))) }
        return all
    }

    @Test func `rounds that train on archived candidates end with the same bytes`() async throws {
        let plain = try run(archiveAfter: 0)
        try await plain.finish()
        let archiving = try run(archiveAfter: 1)
        try await archiving.finish()

        try archiving.expectSound()
        let differing = try archiving.dump().differences(from: plain.dump()).map { $0.prefix { $0 != ":" } }
        #expect(Set(differing).isSubset(of: ["archives", "candidates", "texts", "waves"]), "\(differing)")
        #expect(try await candidates(archiving) == candidates(plain))
        let store = try JournalStore(stateDirectory: archiving.state)
        #expect(try await store.archivedRounds().map(\.rawValue) == [1, 2, 3])
    }

    @Test(arguments: [
        "commit.archive.begin", "archive.added", "commit.archive.before", "commit.archive.after",
    ])
    func `archiving cut by kill -9 has happened whole or not at all`(failpoint: String) async throws {
        let whole = try run(archiveAfter: 1)
        try await whole.finish()
        let (expected, texts) = (try whole.dump(), try await candidates(whole))
        let cut = try run(archiveAfter: 1)

        let status = try await cut.start(environment: ["AUTODIDACT_FAILPOINT": "\(failpoint)#2"]).wait()
        try cut.expectSound()
        try await cut.finish()

        #expect(status == .signalled(SIGKILL), "a build without failpoints?")
        try cut.expectSame(as: expected)
        #expect(try await candidates(cut) == texts)
    }
}
