import ControlAPI
import ControlCLI
import Testing

/// What `models` prints.
@Suite struct ModelsTests {
    private static let renderer = Renderer(width: nil, isColored: false)

    private static func reply(allowed: Int, chat: String = "chat") -> ModelReply {
        ModelReply(
            name: "tiny",
            family: "llama",
            modelClass: "LlamaForCausalLM",
            parameterCount: 134_515_008,
            contextLength: 8192,
            chat: chat,
            chatFault: nil,
            memory: ModelMemory(
                precision: "auto",
                generationByteCount: 286_000_000,
                cacheByteCount: 805_000_000,
                trainingByteCount: 1_100_000_000,
                trainingTokenCount: 512,
                allowedByteCount: allowed,
                source: "the machine"
            )
        )
    }

    @Test func `a model has its family, its chat format and its memory`() {
        let lines = Self.renderer.model(Self.reply(allowed: 8_000_000_000)).joined(separator: "\n")

        #expect(lines.contains("llama (LlamaForCausalLM)"))
        #expect(lines.contains("135 M parameters"))
        #expect(lines.contains("prompt.format auto is chat"))
        #expect(lines.contains("weights 286.0 MB (engine.precision auto)"))
        #expect(lines.contains("1.1 GB in all"))
        #expect(lines.contains("enough") && !lines.contains("not enough"))
    }

    @Test func `too little memory is said`() {
        let lines = Self.renderer.model(Self.reply(allowed: 1_000_000_000, chat: "plain"))

        #expect(lines.contains { $0.contains("not enough: use a smaller model") })
        #expect(lines.contains { $0.contains("no chat template: prompt.format auto is plain") })
    }

    @Test func `known models have a row each, families without one are named`() {
        let reply = KnownModelsReply(
            families: ["llama", "phi"],
            models: [
                KnownModelItem(
                    family: "llama",
                    name: "SmolLM2-135M-Instruct",
                    parameterCount: 135_000_000,
                    generationByteCount: 287_000_000,
                    trainingByteCount: 540_000_000,
                    evidence: "whole"
                )
            ],
            precision: "auto"
        )

        let lines = Self.renderer.models(reply)

        #expect(lines[1].contains("SmolLM2-135M-Instruct") && lines[1].contains("135 M"))
        #expect(lines[1].contains("287.0 MB") && lines[1].contains("itself, with transformers and PEFT"))
        #expect(lines.contains("Other families: phi."))
    }
}
