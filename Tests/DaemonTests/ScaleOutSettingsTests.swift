import Daemon
import Foundation
import Loop
import ScaleOut
import Testing

@Suite struct ScaleOutSettingsTests {
    private func settings(_ text: String) throws -> DaemonSettings {
        let directory = try TemporaryDirectory()
        let file = try directory.write("a.yaml", "stateDirectory: /s\nsocket: /run/a/control.sock\n" + text)
        return try SettingsReader(environment: [:]).read(file: file)
    }

    @Test func `the configuration becomes the engine's settings`() throws {
        let settings = try settings(
            """
            engine: {kind: scaleout, precision: f32}
            finetune: {rank: 4, targetModules: [v_proj, q_proj]}
            scaleout:
              endpoints: ["http://a:1"]
              requestTimeout: 7
              restarts: 0

            """
        )

        let result = try settings.scaleOut(environment: [:])

        #expect(settings.engine.kind == .scaleout)
        #expect(result.precision == .f32)
        #expect(result.endpoints == ["http://a:1"])
        #expect(result.timeouts.request == .seconds(7))
        #expect(result.restarts == 0)
        #expect(result.lora.rank == 4)
        #expect(result.lora.targetModules == ["q_proj", "v_proj"])
        #expect(result.directory == "/s/scaleout")
        #expect(result.socket == "/run/a/control-vllm.sock")
        #expect(result.apiKey == nil)
    }

    @Test func `the embedded engine's int8 is refused`() throws {
        let settings = try settings("engine: {kind: scaleout, precision: int8}\n")

        #expect(throws: DaemonError.self) { try settings.scaleOut(environment: [:]) }
    }

    @Test(arguments: [512, 513])
    func `a rank that vLLM does not take is refused with the largest one`(rank: Int) throws {
        var settings = try settings("model: /nowhere\nengine: {kind: scaleout}\n")
        settings.round.finetune.rank = rank

        // In either case there is no such model; the rank is looked at before it.
        let error = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }
        settings.engine.kind = .embedded
        let embedded = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }

        #expect(error?.message.hasPrefix("finetune.rank: 513 is more than the 512") == (rank > 512))
        #expect(embedded?.message.contains("/nowhere does not exist") == true)
    }

    @Test func `contenders are refused before the model is looked at, and the embedded engine takes them`()
        throws
    {
        var settings = try settings("model: /nowhere\nengine: {kind: scaleout}\n")
        settings.round.finetune.epochs = 2
        settings.round.finetune.contenders = [.epochs]

        let error = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }
        settings.engine.kind = .embedded
        let embedded = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }

        #expect(error?.message.hasPrefix("finetune.contenders needs an engine") == true)
        #expect(embedded?.message.contains("/nowhere does not exist") == true)
    }

    @Test func `chats are taken: the template is rendered here, and servers get token ids`() throws {
        var settings = try settings("model: /nowhere\nengine: {kind: scaleout}\n")
        settings.round.prompt.format = .chat

        let error = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }
        settings.engine.kind = .embedded
        let embedded = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }

        // The model is looked at: nothing was refused before.
        #expect(error?.message.contains("/nowhere does not exist") == true)
        #expect(embedded?.message.contains("/nowhere does not exist") == true)
    }

    @Test func `an answer kind that needs hidden states is refused, since servers give none`() throws {
        var settings = try settings("model: /nowhere\nengine: {kind: scaleout}\n")
        settings.round.vote.answerKind = .free
        settings.round.answer.overlap = 0.5

        let error = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }
        settings.engine.kind = .embedded
        let embedded = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }

        #expect(
            error?.message.hasPrefix("vote.answerKind is free, which compares the model's hidden states")
                == true
        )
        #expect(error?.message.contains("engine.kind embedded") == true)
        #expect(embedded?.message.contains("/nowhere does not exist") == true)
    }

    @Test func `a second model is refused, which the embedded engine alone loads`() throws {
        var settings = try settings("model: /nowhere\nengine: {kind: scaleout}\n")
        settings.round.select.policy = .salt
        settings.round.select.outside.smallModel = "/nowhere/small.gguf"

        let error = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }
        settings.engine.kind = .embedded
        let embedded = #expect(throws: DaemonError.self) { try CheckedSettings(settings) }

        #expect(error?.message.hasPrefix("filter smallModelScore needs a second model") == true)
        #expect(embedded?.message.contains("/nowhere does not exist") == true)
    }

    @Test func `a key comes from the service manager's credentials or a file`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("vllm-key", "abc\n")
        let named = try settings("scaleout: {credential: vllm-key}\n").scaleout
        let placed = try settings("scaleout: {credential: \(path)}\n").scaleout
        let folder = URL(filePath: path).deletingLastPathComponent().path

        #expect(try named.apiKey(environment: ["CREDENTIALS_DIRECTORY": folder]) == "abc")
        #expect(try placed.apiKey(environment: [:]) == "abc")
    }

    @Test func `a key that cannot be read says how to give one`() throws {
        let named = try settings("scaleout: {credential: vllm-key}\n").scaleout

        let absent = #expect(throws: DaemonError.self) { try named.apiKey(environment: [:]) }
        #expect(absent?.message.contains("LoadCredential=vllm-key:FILE") == true)
        let empty = #expect(throws: DaemonError.self) {
            try named.apiKey(environment: ["CREDENTIALS_DIRECTORY": "/nowhere"])
        }
        #expect(empty?.message.contains("/nowhere/vllm-key") == true)
    }
}
