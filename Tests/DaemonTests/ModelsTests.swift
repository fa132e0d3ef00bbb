import ControlAPI
import Daemon
import Foundation
import Loop
import Testing

/// What `autodidactd models` prints, and `autodidact models` reads.
@Suite struct ModelsTests {
    private static let finetune = {
        var finetune = FinetuneSettings()
        finetune.maxTokens = 64
        return finetune
    }()

    private static let tiny = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EngineTests/Fixtures/tiny").path(percentEncoded: false)

    @Test func `a model is told by its files, with what it takes`() throws {
        let reply = try ModelReply(path: Self.tiny, .f32, Self.finetune)

        #expect(reply.family == "llama" && reply.modelClass == "LlamaForCausalLM")
        #expect(reply.chat == "plain" && reply.chatFault == nil)
        #expect(reply.memory.generationByteCount == 4 * reply.parameterCount)
        #expect(reply.memory.trainingByteCount > reply.memory.generationByteCount)
        #expect(reply.memory.isEnough)
        let read = try ControlCoding.decode(ModelReply.self, from: try ControlCoding.encode(reply))
        #expect(read == reply)
    }

    @Test(
        arguments: [
            (
                "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}", "chat", false
            ),
            ("{% for m in messages %}{{ m.content }}<|im_start|>{% endfor %}", "template", false),
            ("{{ raise_exception('no') }}", "template", true),
        ]
    )
    func `what auto makes of a template is said`(template: String, chat: String, isFaulty: Bool) throws {
        let model = NSTemporaryDirectory() + "models-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: model) }
        try FileManager.default.copyItem(atPath: Self.tiny, toPath: model)
        try Data(template.utf8).write(to: URL(filePath: model + "/chat_template.jinja"))

        let reply = try ModelReply(path: model, .automatic, Self.finetune)

        #expect(reply.chat == chat)
        #expect((reply.chatFault != nil) == isFaulty)
    }

    @Test func `known models have memory by precision`() {
        let exact = KnownModelsReply(.f32)
        let coarse = KnownModelsReply(.int8)

        #expect(exact.models.count == coarse.models.count && !exact.models.isEmpty)
        #expect(exact.models.allSatisfy { $0.generationByteCount == 4 * $0.parameterCount })
        #expect(
            zip(exact.models, coarse.models).allSatisfy { $0.generationByteCount > $1.generationByteCount }
        )
        #expect(exact.models.allSatisfy { exact.families.contains($0.family) })
    }

    @Test func `a model that is not there is refused`() {
        let error = #expect(throws: DaemonError.self) {
            try ModelReply(path: "/nowhere", .automatic, Self.finetune)
        }

        #expect(error?.message.contains("/nowhere does not exist") == true)
    }
}
