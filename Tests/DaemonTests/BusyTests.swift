import ControlAPI
import Daemon
import Foundation
import Loop
import Store
import Synchronization
import Testing

/// A person's question while the model does something else.
@Suite("A question to a busy model", .timeLimit(.minutes(1)))
struct BusyTests {
    private let job = FinetuneJob(
        samples: [],
        settings: FinetuneSettings(),
        lossSpan: .answerOnly,
        key: RandomKey(seed: 1, round: 2),
        start: nil,
        resumePath: nil,
        baseModelName: "fake"
    )

    @Test func `a long step is named at once, with how far it is and when to ask again`() async throws {
        let bench = try Bench(askPatience: .milliseconds(20))
        bench.engine.holdsFinetune.withLock { $0 = true }
        bench.meter.report(
            Progress(
                round: RoundID(rawValue: 2),
                phase: .finetune,
                doneCount: 1200,
                totalCount: 3600,
                unit: "steps"
            )
        )
        let step = Task { [shared = bench.shared, job] in
            try await shared.finetune(job, progress: { _ in }, save: { _ in })
        }
        _ = try await bench.engine.finetuneBegan.take()

        let problem = await #expect(throws: Problem.self) {
            try await bench.control.ask(AskRequest(question: "What is 1 + 2?"))
        }

        #expect(problem?.name == .busy)
        #expect(problem?.detail.contains("round 2 is in finetune: 1,200 of 3,600 steps") == true)
        #expect(problem?.retryAfterSeconds != nil && problem?.hint != nil)
        bench.engine.goOn.put(true)
        _ = try await step.value
        #expect(try await bench.control.ask(AskRequest(question: "What is 1 + 2?")).answer == "3")
    }

    @Test func `a whole model behind a long step is told what runs, and leaves nothing`() async throws {
        let bench = try Bench(exportPatience: .milliseconds(20))
        bench.engine.holdsFinetune.withLock { $0 = true }
        let step = Task { [shared = bench.shared, job] in
            try await shared.finetune(job, progress: { _ in }, save: { _ in })
        }
        _ = try await bench.engine.finetuneBegan.take()
        let request = ExportRequest(round: RoundID(rawValue: 0), format: .merged, name: "base")

        let problem = await #expect(throws: Problem.self) {
            try await bench.control.export(request, key: nil)
        }

        #expect(problem?.name == .busy && problem?.hint != nil)
        let exports = bench.store.exportDirectory
        #expect((try? FileManager.default.contentsOfDirectory(atPath: exports)) ?? [] == [])
        bench.engine.goOn.put(true)
        _ = try await step.value
        #expect(try await bench.control.export(request, key: nil).path.hasSuffix("/base"))
    }

    @Test func `a step that ends soon is waited for`() async throws {
        let bench = try Bench()
        bench.engine.holdsFinetune.withLock { $0 = true }
        let step = Task { [shared = bench.shared, job] in
            try await shared.finetune(job, progress: { _ in }, save: { _ in })
        }
        _ = try await bench.engine.finetuneBegan.take()

        async let reply = bench.control.ask(AskRequest(question: "What is 1 + 2?"))
        bench.engine.goOn.put(true)

        #expect(try await reply.answer == "3")
        _ = try await step.value
    }

    @Test func `a question behind another one is told so`() async throws {
        let bench = try Bench(askPatience: .milliseconds(20))
        bench.engine.script.withLock { $0 = [.piece("one"), .wait] }
        let pieces = Mailbox<String>()
        let asked = try await bench.control.ready(AskRequest(question: "What?"))
        let first = Task { [control = bench.control] in
            try await control.answer(asked) { pieces.put($0) }
        }
        _ = try await pieces.take()

        let problem = await #expect(throws: Problem.self) {
            try await bench.control.ask(AskRequest(question: "What?"))
        }

        #expect(problem?.name == .busy && problem?.detail.contains("another question") == true)
        bench.engine.goOn.put(true)
        _ = try await first.value
    }

    @Test func `a lock that is not free in time leaves nobody in its queue`() async throws {
        let lock = AsyncLock()
        let (entered, leave) = (Mailbox<Bool>(), Mailbox<Bool>())
        let holder = Task {
            try await lock.withLock {
                entered.put(true)
                _ = try await leave.take()
            }
        }
        _ = try await entered.take()

        await #expect(throws: AsyncLock.NotFree.self) {
            try await lock.withLock(within: .milliseconds(5)) {}
        }

        #expect(lock.waiterCount == 0)
        leave.put(true)
        try await holder.value
        try await lock.withLock(within: .zero) {}
    }
}
