import ControlAPI
import Daemon
import Foundation
import Glibc
import Loop
import Store
import Testing

@Suite(.timeLimit(.minutes(1))) struct ExportTests {
    private func problem(_ body: () async throws -> ExportReply) async -> ProblemName? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? Problem)?.name
        }
    }

    private func names(_ bench: Bench) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: bench.store.exportDirectory).sorted()
    }

    private func text(_ reply: ExportReply, _ file: String) throws -> String {
        try String(contentsOfFile: reply.path + "/" + file, encoding: .utf8)
    }

    /// Runs the body once checkpoint 1 is promoted and the loop waits in round 2.
    private func afterARound(_ bench: Bench, _ body: () async throws -> Void) async throws {
        try await bench.running {
            bench.rounds.end(.promote)
            for _ in 0..<2 { _ = try await bench.rounds.nextBegun() }
            try await body()
        }
    }

    @Test(arguments: [
        (ExportForm.merged, "huggingFace of an adapter", "transformers"),
        (.gguf, "gguf of an adapter", "gguf"), (.hf, "huggingFace of the base model", "transformers"),
    ])
    func `a whole model comes with its card`(_ format: ExportForm, _ written: String, _ library: String)
        async throws
    {
        let bench = try Bench()

        try await afterARound(bench) {
            let reply = try await bench.control.export(ExportRequest(format: format), key: nil)

            let number = format == .hf ? 0 : 1
            #expect(reply.path == bench.store.exportDirectory + "/checkpoint-\(number)-\(format.rawValue)")
            #expect(reply.checkpoint.rawValue == number)
            #expect(reply.files.map(\.name) == ["README.md", "model.txt"])
            #expect(reply.files.last?.byteCount == written.utf8.count)
            #expect(try text(reply, "model.txt") == written)
            #expect(try text(reply, "README.md").contains("library_name: \(library)\n"))
        }
    }

    @Test func `an adapter's card is the export's own and repeats to the byte`() async throws {
        let bench = try Bench()

        try await afterARound(bench) {
            let first = try await bench.control.export(ExportRequest(name: "one"), key: nil)
            let second = try await bench.control.export(
                ExportRequest(round: RoundID(rawValue: 1), name: "two"),
                key: nil
            )

            let card = try text(first, "README.md")
            let stored = bench.store.stateDirectory + "/checkpoints/000001/README.md"
            #expect(card.contains("| 1 | 1 | promoted |"))
            #expect(try String(contentsOfFile: stored, encoding: .utf8).contains("| 1 | 1 | not yet known |"))
            #expect(FileManager.default.contentsEqual(atPath: first.path, andPath: second.path))
        }
    }

    @Test func `nothing is exported into an empty mount point where the state directory was`() async throws {
        let bench = try Bench()
        let state = bench.store.stateDirectory
        try #require(rename(state, state + "-away") == 0)
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)

        let error = await #expect(throws: StoreError.self) {
            _ = try await bench.control.export(ExportRequest(format: .hf), key: nil)
        }

        #expect(error?.code == .stateAbsent)
        #expect(try FileManager.default.contentsOfDirectory(atPath: state).isEmpty)
    }

    @Test func `hf names the base model and so no round`() async throws {
        let bench = try Bench()

        let refused = await problem {
            try await bench.control.export(ExportRequest(round: RoundID(rawValue: 1), format: .hf), key: nil)
        }
        let base = try await bench.control.export(
            ExportRequest(round: RoundID(rawValue: 0), format: .hf),
            key: nil
        )

        #expect(refused == .usage)
        #expect(base.checkpoint == .base)
    }

    @Test(arguments: [
        "../up", "a/b", "", "A", ".hidden", "a..b", "-x", String(repeating: "a", count: 65), "a\n",
    ])
    func `a name that is no plain name is refused`(_ name: String) async throws {
        let bench = try Bench()

        let refused = await problem {
            try await bench.control.export(ExportRequest(format: .gguf, name: name), key: nil)
        }

        #expect(refused == .usage)
        #expect(try names(bench) == [])
    }

    @Test func `an export that fails on its way leaves nothing behind`() async throws {
        let failure = DaemonError(.fileFailed, "cannot write model.txt: No space left on device")
        let bench = try Bench(exporter: FakeExporter(failure: failure))

        let error = await #expect(throws: DaemonError.self) {
            _ = try await bench.control.export(ExportRequest(format: .gguf, name: "full"), key: nil)
        }

        #expect(error?.code == .fileFailed)
        #expect(try names(bench) == [])
    }

    @Test func `of two exports of one name at once one is refused and the other whole`() async throws {
        let bench = try Bench()

        let found = await withTaskGroup(of: ProblemName?.self, returning: [ProblemName?].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await problem {
                        try await bench.control.export(ExportRequest(format: .merged, name: "same"), key: nil)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }

        #expect(found.count { $0 == nil } == 1 && found.count { $0 == .exists } == 7)
        #expect(try names(bench) == ["same"])
        let files = try FileManager.default.contentsOfDirectory(atPath: bench.store.exportDirectory + "/same")
        #expect(files.sorted() == ["README.md", "model.txt"])
    }
}
