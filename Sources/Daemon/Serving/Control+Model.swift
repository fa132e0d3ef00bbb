package import ControlAPI
import Loop
import ServiceLifecycle
package import Store

extension Control {
    /// The model's answer, between two calls of the running round.
    package func ask(_ request: AskRequest) async throws -> AskReply {
        let settings = parts.current.value.round
        guard !request.question.allSatisfy(\.isWhitespace) else {
            throw Problem(.usage, "the question has no text", hint: "write the question")
        }
        guard request.question.utf8.count <= ControlLimits.questionByteCount else {
            throw Problem(
                .tooLarge,
                "the question has \(request.question.utf8.count) bytes",
                hint: "shorten it"
            )
        }
        var generate = settings.generate
        generate.temperature = request.temperature ?? 0
        guard (0...10).contains(generate.temperature) else {
            throw Problem(.usage, "temperature \(generate.temperature) is not within 0...10", hint: "try 0.7")
        }
        let checkpoint = request.base ? CheckpointID.base : try await parts.store.currentCheckpoint().id
        let adapter = try await parts.store.adapter(of: checkpoint)
        let input = QuestionInput(text: request.question, split: .test, origin: "asked")
        let question = GenerationRequest(
            question: QuestionID(rawValue: 0),
            prompt: settings.prompt.prompt(for: input),
            count: 1
        )
        // A greedy answer needs no randomness; a sampled one should differ from ask to ask.
        let seed = generate.temperature > 0 ? UInt64.random(in: .min ... .max) : 0
        let start = ContinuousClock.now
        let text = try await withDeadline(Self.askDeadline) { [engine = parts.engine, generate] in
            // A stopping daemon does not wait for an answer.
            try await cancelWhenGracefulShutdown {
                try await engine.ask(
                    question,
                    prefix: settings.prompt.evaluationPrefix,
                    settings: generate,
                    key: RandomKey(seed: seed, round: 0),
                    adapter: adapter
                )
            }
        }
        guard let text else {
            throw Problem(.engine, "the engine wrote nothing", hint: "see the daemon's log")
        }
        return AskReply(
            text: text.text,
            answer: AnswerExtractor(configuration: settings, question: input).answer(in: text.text)?
                .canonical,
            checkpoint: checkpoint,
            tokenCount: text.tokenCount,
            seconds: Self.seconds(since: start)
        )
    }

    /// Writes a checkpoint's adapter, or the model merged with it, below the state directory's `exports`.
    ///
    /// Files are no transaction: the receipt follows the directory. After a kill between the two the same request
    /// finds its directory there, whole, and is refused as `exists`.
    package func export(_ request: ExportRequest, key: RequestKey?) async throws -> ExportReply {
        let checkpoint = try await exportedCheckpoint(request.round)
        let adapter = try await parts.store.adapter(of: checkpoint)
        let name = request.name ?? "checkpoint-\(checkpoint)-\(request.format.rawValue)"
        let exports = Exports(directory: parts.store.exportDirectory)
        let written: (path: String, files: [ExportedFile])
        switch request.format {
        case .adapter:
            guard let adapter else {
                throw Problem(
                    .notPromoted,
                    "the base model has no adapter to export",
                    hint: "export a promoted round, or the format merged"
                )
            }
            written = try await exports.write(name) { path in try Exports.copy(adapter, to: path) }
        case .merged:
            written = try await exports.write(name) { [parts] path in
                try await parts.engine.alone { try await parts.exporter.exportMerged(adapter, to: path) }
            }
        }
        let reply = ExportReply(path: written.path, checkpoint: checkpoint, files: written.files)
        if let key {
            try await parts.store.write(Receipt(key) { try ControlCoding.encode($0) }, of: reply)
        }
        return reply
    }

    private func exportedCheckpoint(_ round: RoundID?) async throws -> CheckpointID {
        guard let round else { return try await parts.store.currentCheckpoint().id }
        if round.rawValue == 0 { return .base }
        guard let checkpoint = try await parts.store.round(round).checkpoint else {
            throw Problem(
                .notPromoted,
                "round \(round) has no checkpoint",
                hint: "\"autodidact checkpoints\" lists those there are",
                round: round.rawValue
            )
        }
        return checkpoint
    }
}
