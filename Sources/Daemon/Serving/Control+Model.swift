package import ControlAPI
import Loop
import ServiceLifecycle
import Store

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

    /// Writes a checkpoint's adapter, or a whole model, below the state directory's `exports`.
    package func export(_ request: ExportRequest) async throws -> ExportReply {
        let checkpoint = try await exportedCheckpoint(request)
        let adapter = try await parts.store.adapter(of: checkpoint)
        let name = request.name ?? "checkpoint-\(checkpoint)-\(request.format.rawValue)"
        let form: CardForm =
            switch request.format {
            case .adapter: .adapter
            case .merged, .hf: .transformers
            case .gguf: .gguf
            }
        let card = try await parts.store.modelCard(of: checkpoint, as: form, model: parts.engine.identity)
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
            written = try await exports.write(name, card: card) { try Exports.copy(adapter, to: $0) }
        case .merged, .gguf, .hf:
            let byteCount = parts.engine.identity.parameterCount * 2
            try parts.store.checkSpace(for: byteCount, of: "export \(name)")
            written = try await exports.write(name, card: card) { [parts] path in
                // A stopping daemon does not wait for a large model to be written.
                try await cancelWhenGracefulShutdown {
                    try await parts.engine.alone { progress in
                        try await parts.exporter.export(
                            adapter,
                            as: request.format == .gguf ? .gguf : .huggingFace,
                            to: path,
                            progress: progress
                        )
                    }
                }
            }
        }
        return ExportReply(path: written.path, checkpoint: checkpoint, files: written.files)
    }

    private func exportedCheckpoint(_ request: ExportRequest) async throws -> CheckpointID {
        if request.format == .hf {
            guard request.round == nil || request.round?.rawValue == 0 else {
                throw Problem(
                    .usage,
                    "the format hf is the base model, which belongs to no round",
                    hint: "leave the round out, or use the format merged"
                )
            }
            return .base
        }
        guard let round = request.round else { return try await parts.store.currentCheckpoint().id }
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
