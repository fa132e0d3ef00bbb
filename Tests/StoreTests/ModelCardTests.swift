import Foundation
import Loop
import Store
import Testing

@Suite struct ModelCardTests {
    let state = TemporaryState()

    static func model(named name: String = "tiny", license: String? = "apache-2.0") -> ModelIdentity {
        ModelIdentity(
            name: name,
            architecture: "llama",
            sha256: String(repeating: "ab", count: 32),
            parameterCount: 123_456,
            precision: "f32",
            instructionSet: "avx2",
            threadCount: 2,
            license: license
        )
    }

    @Test func `the card of a checkpoint is the kept one`() async throws {
        let store = try state.open()
        try await Self.run(store, seed: 11, gate: (4, 6), test: (5, 8))
        let checkpoint = try await Self.run(store, seed: 12, gate: (6, 7), test: (8, 16))

        let card = try await Self.card(store, checkpoint)

        let kept = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Fixtures/model-card.md")
        #expect(card == (try String(contentsOf: kept, encoding: .utf8)))
    }

    @Test func `clocks and seconds change no byte`() async throws {
        let other = TemporaryState()
        var cards: [String] = []

        for (path, year) in [(state.path, 1), (other.path, 2)] {
            let now = Date(timeIntervalSince1970: Double(year) * 31_536_000)
            let store = try JournalStore(stateDirectory: path, now: { now })
            let checkpoint = try await Self.run(
                store,
                seed: 3,
                gate: (4, 6),
                test: (5, 8),
                seconds: Double(year)
            )
            cards.append(try await Self.card(store, checkpoint))
        }

        #expect(cards[0] == cards[1])
    }

    @Test func `what a checkpoint's directory holds names the rounds before it and no score of its own`()
        async throws
    {
        let store = try state.open()
        try store.bind(model: Self.model())
        try await Self.run(store, seed: 11, gate: (4, 6), test: (5, 8))
        try await Self.run(store, seed: 12, gate: (6, 7), test: (8, 16))

        let path = state.path + "/checkpoints/000002/README.md"
        let card = try String(contentsOfFile: path, encoding: .utf8)

        #expect(card.contains("license: \"apache-2.0\""))
        #expect(card.contains("This card was written before the gate had decided"))
        #expect(card.contains("| 1 | test | 20 | 25.0 (11.2–46.9) | 40.0 (21.9–61.3) | – | – |"))
        #expect(card.contains("| 2 | 2 | not yet known | 12 | 45 |"))
        #expect(!card.contains("| 2 | gate |") && !card.contains("80.0 (58.4–91.9)"))
    }

    @Test func `a rejected checkpoint says so and why`() async throws {
        let store = try state.open()
        let checkpoint = try await Self.run(store, .rejected, seed: 1, gate: (6, 4), test: (8, 5))

        let card = try await Self.card(store, checkpoint, as: .gguf)

        #expect(
            card.contains("**The gate rejected this checkpoint**: accuracy fell by 20.0 %, tolerance 0.0 %.")
        )
        #expect(card.contains("base_model_relation: finetune\nlibrary_name: gguf\n"))
        #expect(card.contains("split `test` overlap: the difference may be chance"))
    }

    @Test func `the base model has no base model, no rounds and no scores`() async throws {
        let store = try state.open()
        try await Self.run(store, seed: 1, gate: (4, 6), test: (5, 8))

        let file = try await store.modelCard(of: .base, as: .hf, model: Self.model(license: nil))
        let card = String(decoding: file.bytes, as: UTF8.self)

        #expect(card.hasPrefix("---\nlibrary_name: transformers\npipeline_tag: text-generation\n"))
        #expect(!card.contains("base_model") && !card.contains("license:") && !card.contains("## Rounds"))
        #expect(card.contains("Its licence: not named in its metadata"))
    }

    @Test func `a long line shows its first round and the newest`() async throws {
        let store = try state.open()
        var checkpoint = CheckpointID.base
        for seed in 1...30 {
            checkpoint = try await Self.run(store, seed: UInt64(seed), gate: (4, 6), test: (5, 8))
        }

        let card = try await Self.card(store, checkpoint)

        let rows = card.split(separator: "\n").filter { $0.contains("| promoted |") }
        #expect(rows.count == 24)
        #expect(rows.first?.hasPrefix("| 1 |") == true && rows.dropFirst().first?.hasPrefix("| 8 |") == true)
        #expect(rows.last?.hasPrefix("| 30 |") == true)
        #expect(card.contains(" | 6 more |"))
    }

    @Test(arguments: [
        "x\"\nlicense: mit\n---\n# gone", "a\\\"b", "' : #", "\u{85}\u{2028}\u{7f}\u{0}", "`code` | cell",
        "<script>\u{202e}", "- [ ] é数 \u{1F600}", "",
    ])
    func `a hostile name leaves YAML and Markdown whole`(_ name: String) async throws {
        let store = try state.open()
        let checkpoint = try await Self.run(store, seed: 1, gate: (4, 6), test: (5, 8))

        let file = try await store.modelCard(of: checkpoint, as: .adapter, model: Self.model(named: name))
        let card = String(decoding: file.bytes, as: UTF8.self)

        let lines = card.split(separator: "\n", omittingEmptySubsequences: false)
        let plain = try await Self.card(store, checkpoint).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        #expect(lines.count == plain.count)
        let different = zip(lines, plain).filter { $0 != $1 }
        // The YAML line, the heading and the line in the body.
        #expect(different.count == 3)
        #expect(try Self.unquoted(lines[1].dropFirst("base_model: ".count)) == name)
        #expect(different.dropFirst().allSatisfy { line, _ in line.filter { $0 == "`" }.count == 2 })
        let isClean = card.unicodeScalars.allSatisfy { scalar in
            scalar == "\n"
                || ![.control, .format, .lineSeparator].contains(scalar.properties.generalCategory)
        }
        #expect(isClean)
    }

    /// What YAML reads in a double-quoted scalar, as far as cards use its escapes.
    private static func unquoted(_ text: Substring) throws -> String {
        try #require(text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\""))
        var result = ""
        var rest = text.dropFirst().dropLast().unicodeScalars
        while let scalar = rest.popFirst() {
            try #require(scalar != "\"")
            guard scalar == "\\" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            switch rest.popFirst() {
            case "U"?:
                let number = try #require(UInt32(String(rest.prefix(8)), radix: 16))
                result.unicodeScalars.append(try #require(Unicode.Scalar(number)))
                rest = rest.dropFirst(8)
            case let scalar?: result.unicodeScalars.append(scalar)
            case nil: Issue.record("the scalar ends in a backslash")
            }
        }
        return result
    }

    private static func card(
        _ store: JournalStore,
        _ checkpoint: CheckpointID,
        as form: ExportForm = .adapter
    ) async throws -> String {
        let file = try await store.modelCard(of: checkpoint, as: form, model: model())
        #expect(file.name == "README.md")
        return String(decoding: file.bytes, as: UTF8.self)
    }

    /// Runs a round to its end with numbers that are measured nowhere.
    ///
    /// - Parameters:
    ///   - store: The journal; gets its three train questions with the first round.
    ///   - outcome: The verdict.
    ///   - seed: The round's seed.
    ///   - gate: Right answers of ten before and after.
    ///   - test: Right answers of twenty before and after.
    ///   - seconds: What no card may show.
    /// - Returns: The round's checkpoint.
    /// - Throws: An error of the store.
    @discardableResult
    private static func run(
        _ store: JournalStore,
        _ outcome: Outcome = .promoted,
        seed: UInt64,
        gate: (Int, Int),
        test: (Int, Int),
        seconds: Double = 1
    ) async throws -> CheckpointID {
        var ids = try await store.questions(in: .train).map(\.id)
        if ids.isEmpty { ids = try await store.add(trainTexts.map { question($0) }) }
        var round = try await store.beginRound(
            seed: seed,
            configuration: RoundConfiguration(),
            waves: [[ids[1], ids[0]], [ids[2]]],
            events: []
        )
        round.report.generatedCount = 45
        round.report.parsedCount = 44
        round.report.consistentCount = 30
        round.report.validCount = 8
        round.report.meanValidLoss = 0.5
        round.report.selectedCount = 24
        round.report.cutDSWeight = 1.25
        round.report.stepCount = 3
        round.report.secondsPerPhase = ["finetune": seconds]
        round.phase = .evaluate
        round = try await store.recordCheckpoint(files: adapterFiles(), round: round, events: [])
        let loss = Double(gate.0 - gate.1) * 10
        round.report.gate = GateReport(
            split: .gate,
            before: Accuracy(rightCount: gate.0, of: 10),
            after: Accuracy(rightCount: gate.1, of: 10),
            gainedCount: 3,
            lostCount: 1,
            pValue: 0.5,
            diversity: 1,
            isPassed: outcome == .promoted,
            failures: outcome == .promoted ? [] : ["accuracy fell by \(loss) %, tolerance 0.0 %"]
        )
        round.outcome = outcome
        round.phase = .report
        try await store.decide(round, events: [])
        round.report.testBefore = Accuracy(rightCount: test.0, of: 20)
        round.report.testAfter = Accuracy(rightCount: test.1, of: 20)
        round.finishedAt = ""
        try await store.advance(round, candidates: [], events: [])
        return try #require(round.checkpoint)
    }
}
