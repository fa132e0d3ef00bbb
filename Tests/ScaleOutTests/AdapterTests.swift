import Foundation
import Loop
import ScaleOut
import Synchronization
import Testing

@Suite struct AdapterTests {
    private let samples = [TextSample(prompt: "ab", completion: "cd")]

    @Test func `an adapter is loaded under a name of its content and unloaded after use`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        let (first, second) = (
            try bench.adapter("x-2.0", sha256: "aaaa"), try bench.adapter("y-3.0", sha256: "bbbb")
        )

        let losses = try await server.serving { [samples] in
            var losses: [Double] = []
            for adapter in [nil, first, first, second, nil] {
                try await engine.activate(adapter)
                losses += try await engine.score(samples) { _ in }.map(\.answerLoss)
            }
            return losses
        }

        #expect(losses == [1, 2, 2, 3, 1])
        #expect(
            server.state.withLock { $0.orders } == [
                "load autodidact-aaaa", "unload autodidact-aaaa", "load autodidact-bbbb",
                "unload autodidact-bbbb",
            ]
        )
    }

    @Test func `another adapter under the right name is replaced`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        let adapter = try bench.adapter("x-2.0", sha256: "aaaa")
        server.state.withLock { $0.adapters["autodidact-aaaa"] = "somebody-9.0" }

        let scores = try await server.serving { [samples] in
            try await engine.activate(adapter)
            return try await engine.score(samples) { _ in }
        }

        #expect(scores.map(\.answerLoss) == [2])
    }

    @Test func `a server that others have started again is given the adapter again`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        let adapter = try bench.adapter("x-2.0", sha256: "aaaa")

        let losses = try await server.serving { [samples] in
            try await engine.activate(adapter)
            let before = try await engine.score(samples) { _ in }
            server.state.withLock { $0.adapters = [:] }
            return (before + (try await engine.score(samples) { _ in })).map(\.answerLoss)
        }

        #expect(losses == [2, 2])
        #expect(server.state.withLock { $0.orders } == ["load autodidact-aaaa", "load autodidact-aaaa"])
    }

    @Test func `an adapter on a server that was suspected is taken off before the next one`() async throws {
        let bench = try Bench()
        let server = bench.server()
        var settings = bench.settings([server.address])
        settings.restarts = 0
        let engine = try bench.engine(settings)
        let (first, second) = (
            try bench.adapter("x-2.0", sha256: "aaaa"), try bench.adapter("y-3.0", sha256: "bbbb")
        )

        try await server.serving { [samples] in
            try await engine.activate(first)
            _ = try await engine.score(samples) { _ in }
            server.state.withLock { $0.faults = [.status(503)] }
            await #expect(throws: ScaleOutError.self) { _ = try await engine.score(samples) { _ in } }
            try await engine.activate(second)
            _ = try await engine.score(samples) { _ in }
        }

        #expect(server.state.withLock { $0.adapters.keys.sorted() } == ["autodidact-bbbb"])
    }

    @Test func `the end of the engine takes its adapter off a server that others run`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        let adapter = try bench.adapter("x-2.0", sha256: "aaaa")

        try await server.serving { [samples] in
            try await engine.activate(adapter)
            _ = try await engine.score(samples) { _ in }
            let stopping = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                await engine.stop()
            }
            await stopping.value
        }

        #expect(server.state.withLock { $0.orders } == ["load autodidact-aaaa", "unload autodidact-aaaa"])
    }

    @Test func `a server with another base model than the one before is not believed`() async throws {
        let bench = try Bench()
        let server = bench.server()

        let error = await #expect(throws: ScaleOutError.self) {
            try await server.serving { [samples] in
                _ = try await bench.engine(bench.settings([server.address])).score(samples) { _ in }
                server.state.withLock { $0.baseLoss = 1.25 }
                _ = try await bench.engine(bench.settings([server.address])).score(samples) { _ in }
            }
        }

        #expect(error?.code == .modelMismatch)
        #expect(error?.message.contains("loss 1.25 on its probe, recorded 1.0") == true)
        #expect(error?.message.contains("probes.json") == true)
    }

    @Test func `of two servers the one with another base model gets no work`() async throws {
        let bench = try Bench()
        let (right, wrong) = (bench.server("a"), bench.server("b"))
        let one = bench.settings([right.address])
        var settings = bench.settings([right.address, wrong.address])
        settings.scoreTokens = 5
        let both = settings
        wrong.state.withLock { $0.baseLoss = 1.25 }

        let scores = try await right.serving { [samples] in
            _ = try await bench.engine(one).score(samples) { _ in }
            return try await wrong.serving {
                let many = Array(repeating: samples[0], count: 20)
                return try await bench.engine(both).score(many) { _ in }
            }
        }

        #expect(scores.map(\.answerLoss) == Array(repeating: 1, count: 20))
        #expect(bench.notes.withLock { $0.contains { $0.contains("serves another model") } })
    }

    @Test func `a server that answers with another adapter is not believed`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let adapter = try bench.adapter("x-2.0", sha256: "aaaa")

        let error = await #expect(throws: ScaleOutError.self) {
            try await server.serving { [samples] in
                let first = try bench.engine(bench.settings([server.address]))
                try await first.activate(adapter)
                _ = try await first.score(samples) { _ in }
                // A new process knows the adapter by the record of the one before.
                server.state.withLock { $0.wrongPath = "somebody-2.75" }
                let second = try bench.engine(bench.settings([server.address]))
                try await second.activate(adapter)
                _ = try await second.score(samples) { _ in }
            }
        }

        #expect(error?.code == .adapterMismatch)
        #expect(error?.message.contains("loss 2.75 ") == true)
        #expect(server.state.withLock { $0.adapters } == [:], "what cannot be trusted does not stay")
    }

    @Test func `a server that ignores the adapter is not believed`() async throws {
        let bench = try Bench()
        let server = bench.server()
        let engine = try bench.engine(bench.settings([server.address]))
        let adapter = try bench.adapter("x-2.0", sha256: "aaaa")
        server.state.withLock { $0.wrongPath = "like-the-base-1.0" }

        let error = await #expect(throws: ScaleOutError.self) {
            try await server.serving { [samples] in
                try await engine.activate(adapter)
                _ = try await engine.score(samples) { _ in }
            }
        }

        #expect(error?.code == .adapterMismatch)
        #expect(error?.message.contains("as the base model") == true)
    }

    @Test func `an adapter is published before it is loaded, once`() async throws {
        let bench = try Bench()
        let server = bench.server()
        var settings = bench.settings([server.address])
        settings.publish = [
            try bench.script("publish", "echo \"$1\" >>\"\(bench.directory)/published\"\n"), "{adapter}",
        ]
        let engine = try bench.engine(settings)
        let adapter = try bench.adapter("x-2.0", sha256: "aaaa")

        try await server.serving { [samples] in
            for next in [adapter, nil, adapter] {
                try await engine.activate(next)
                _ = try await engine.score(samples) { _ in }
            }
        }

        #expect(
            try String(contentsOfFile: bench.directory + "/published", encoding: .utf8) == adapter.path + "\n"
        )
    }

    @Test func `losses are means over their spans, in requests no larger than allowed`() async throws {
        let bench = try Bench()
        let server = bench.server()
        var settings = bench.settings([server.address])
        settings.scoreTokens = 20
        let engine = try bench.engine(settings)
        let samples = (0..<10).map { TextSample(prompt: "ab", completion: String(repeating: "c", count: $0)) }

        let scores = try await server.serving { try await engine.score(samples) { _ in } }

        #expect(scores.map(\.answerTokenCount) == (1...10).map { $0 })
        #expect(scores.map(\.tokenCount) == (3...12).map { $0 })
        #expect(scores.allSatisfy { $0.answerLoss == 1 && $0.fullLoss == 1 })
        let asked = server.state.withLock { $0.requests.compactMap { $0["prompt"]?.array } }.dropFirst(2)
        for prompts in asked { #expect(prompts.reduce(0) { $0 + ($1.array?.count ?? 0) } <= 20) }
        #expect(asked.count < 10, "several samples share a request")
    }
}
