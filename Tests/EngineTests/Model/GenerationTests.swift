import Engine
import Foundation
import Loop
import Synchronization
import Testing

extension EngineSerial {
    /// Sampling on the tiny trained model.
    @Suite struct GenerationTests {
        private let key = RandomKey(seed: 7, round: 3)
        private let shots: PromptText = "Q: What is 1 + 2 + 5?\nA: 1 + 2 = 3. 3 + 5 = 8. The answer is 8.\n"

        private func engine(threads: Int = 2, rows: Int = 64) throws -> EmbeddedEngine {
            try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: threads, rows: rows)
            )
        }

        private func requests(_ numbers: Range<Int>, count: Int = 4) -> [GenerationRequest] {
            numbers.map {
                GenerationRequest(
                    question: QuestionID(rawValue: $0),
                    prompt: "Q: What is \($0) + 3 + 2?\nA:",
                    count: count
                )
            }
        }

        private func settings(_ change: (inout GenerateSettings) -> Void = { _ in }) -> GenerateSettings {
            var settings = GenerateSettings()
            settings.temperature = 1
            settings.maxNewTokens = 40
            change(&settings)
            return settings
        }

        private func generate(
            _ engine: EmbeddedEngine,
            _ requests: [GenerationRequest],
            _ settings: GenerateSettings
        ) async throws -> [GeneratedText] {
            try await engine.generate(requests, prefix: shots, settings: settings, key: key) { _ in }
        }

        @Test(arguments: [(1, 64), (2, 1), (2, 5), (1, 3)])
        func `texts depend on neither threads nor rows`(_ threads: Int, _ rows: Int) async throws {
            let expected = try await generate(engine(), requests(1..<7), settings())

            let texts = try await generate(engine(threads: threads, rows: rows), requests(1..<7), settings())

            #expect(texts == expected)
            #expect(Set(texts.map(\.text)).count > 6)
        }

        @Test(arguments: [1, 77_500_000])
        func `little memory lets fewer rows decode at once and changes no text`(_ byteCount: Int) async throws
        {
            let scarce = try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: 1),
                memory: MemoryShare(byteCount: byteCount)
            )

            let texts = try await generate(scarce, requests(1..<7), settings())

            #expect(try await texts == generate(engine(), requests(1..<7), settings()))
            #expect(scarce.memoryNote?.contains("of memory") == true)
            #expect(scarce.memory.allowedByteCount == byteCount)
            #expect(scarce.memory.neededByteCount > byteCount)
        }

        @Test func `candidates asked for in parts are those asked for at once`() async throws {
            let engine = try engine()
            let whole = try await generate(engine, requests(1..<3, count: 5), settings())
            let parts = requests(1..<3).flatMap { request in
                [(0, 3), (1, 2)].map { first, count in
                    GenerationRequest(
                        question: request.question,
                        prompt: request.prompt,
                        count: count,
                        firstIndex: first,
                        indexStep: 2
                    )
                }
            }

            let texts = try await generate(engine, parts, settings())

            #expect(texts.map(\.index) == [0, 2, 4, 1, 3, 0, 2, 4, 1, 3])
            let sorted = texts.sorted { ($0.question, $0.index) < ($1.question, $1.index) }
            #expect(sorted == whole)
        }

        @Test func `a prompt longer than a pass gives the texts it gives as a shared prefix`() async throws {
            let engine = try engine()
            let long = PromptText(format: String(repeating: shots.text, count: 20))
            let short = requests(1..<4)
            let shared = try await engine.generate(short, prefix: long, settings: settings(), key: key) { _ in
            }
            let whole = short.map {
                GenerationRequest(question: $0.question, prompt: long + $0.prompt, count: $0.count)
            }

            let texts = try await engine.generate(whole, prefix: "", settings: settings(), key: key) { _ in }

            #expect(texts == shared)
        }

        @Test func `signs of life come more often than reports of progress`() async throws {
            let beats = Beats()
            let engine = try EmbeddedEngine(
                modelPath: ReferenceFixture.modelPath(.tiny),
                settings: EngineSettings(threads: 1),
                beat: beats.add
            )
            let counts = Mutex<[Int]>([])

            _ = try await engine.generate(requests(1..<4), prefix: shots, settings: settings(), key: key) {
                _ in
                counts.withLock { $0.append(beats.count) }
            }

            // Reading the model comes first, then each pass has two layers.
            let seen = counts.withLock { $0 }
            #expect(seen.count > 10 && (seen.first ?? 0) >= 16)
            #expect(zip(seen, seen.dropFirst()).allSatisfy { $1 - $0 >= 2 })
        }

        @Test func `a question's texts do not depend on the questions beside it`() async throws {
            let engine = try engine()
            let together = try await generate(engine, requests(1..<9), settings())

            let alone = try await generate(engine, requests(5..<6), settings())

            #expect(alone == together.filter { $0.question == QuestionID(rawValue: 5) })
        }

        @Test func `another seed gives other texts`() async throws {
            let engine = try engine()
            let other = RandomKey(seed: 8, round: 3)

            let texts = try await generate(engine, requests(1..<5), settings())
            let others = try await engine.generate(
                requests(1..<5),
                prefix: shots,
                settings: settings(),
                key: other
            ) { _ in }

            #expect(texts != others)
        }

        @Test func `a stop string ends a candidate and is not part of it`() async throws {
            let texts = try await generate(engine(), requests(1..<4), settings { $0.temperature = 0 })

            #expect(texts.allSatisfy { $0.finish == .stop && !$0.text.contains("\n") })
            #expect(texts.allSatisfy { $0.text.contains("The answer is") })
        }

        @Test func `the token limit ends a candidate`() async throws {
            let texts = try await generate(
                engine(),
                requests(1..<3),
                settings {
                    $0.maxNewTokens = 3
                    $0.stop = []
                }
            )

            #expect(texts.allSatisfy { $0.finish == .length && $0.tokenCount == 3 })
        }

        @Test func `top-k of one and a tiny nucleus are greedy`() async throws {
            let engine = try engine()
            let greedy = try await generate(
                engine,
                requests(1..<4, count: 2),
                settings { $0.temperature = 0 }
            )

            let top = try await generate(engine, requests(1..<4, count: 2), settings { $0.topK = 1 })
            let nucleus = try await generate(engine, requests(1..<4, count: 2), settings { $0.topP = 1e-6 })

            #expect(top.map(\.text) == greedy.map(\.text))
            #expect(nucleus.map(\.text) == greedy.map(\.text))
        }

        @Test func `a cancelled call throws and the engine goes on`() async throws {
            let engine = try engine()
            let all = requests(1..<200, count: 8)
            let task = Task { try await generate(engine, all, settings()) }

            task.cancel()

            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await generate(engine, requests(1..<2), settings()).count == 4)
        }

        @Test(arguments: [(["\n"], 0), (["\n"], 1), ([], 1), (["answer is"], 0)] as [([String], Double)])
        func `a streamed text comes in pieces and is the one that generate writes`(
            stops: [String],
            temperature: Double
        ) async throws {
            let engine = try engine()
            let settings = settings {
                $0.stop = stops
                $0.temperature = temperature
            }
            let expected = try await generate(engine, requests(1..<2, count: 1), settings)
            let pieces = Pieces()

            let text = try await engine.stream(
                requests(1..<2)[0],
                prefix: shots,
                settings: settings,
                key: key
            ) { pieces.add($0) }

            #expect([text] == expected)
            #expect(pieces.all.joined() == text.text)
            #expect(pieces.all.count > 3)
        }

        @Test func `a cancelled stream ends between two tokens`() async throws {
            let engine = try engine()
            let settings = settings {
                $0.stop = []
                $0.maxNewTokens = 400
            }
            let pieces = Pieces()
            let task = Task {
                try await engine.stream(requests(1..<2)[0], prefix: shots, settings: settings, key: key) {
                    pieces.add($0)
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }

            await #expect(throws: CancellationError.self) { try await task.value }

            #expect(pieces.all.count == 1)
        }

        @Test func `a prompt that does not fit is refused with its length`() async throws {
            let engine = try engine()

            await #expect(throws: EngineError.self) {
                try await generate(engine, requests(1..<2), settings { $0.maxNewTokens = 1_000_000 })
            }
        }
    }
}

/// What a stream handed out.
private final class Pieces: Sendable {
    private let collected = Mutex<[String]>([])

    var all: [String] { collected.withLock { $0 } }

    func add(_ piece: String) { collected.withLock { $0.append(piece) } }
}
