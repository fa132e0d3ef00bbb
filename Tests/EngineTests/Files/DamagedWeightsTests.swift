import Engine
import Foundation
import Testing

/// Files whose header is sound and whose content no model has.
@Suite struct DamagedWeightsTests {
    private func message(_ builder: GGUFBuilder) throws -> String {
        let scratch = try Scratch()
        let path = try scratch.write("x.gguf", builder.bytes())
        return engineError { _ = try ModelFiles.open(path) }?.message ?? "no error"
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func `a weight that is no number is refused by tensor and row`(value: Float) throws {
        var builder = GGUFBuilder.tiny()
        let place = try #require(builder.tensors.firstIndex { $0.name == "blk.0.ffn_up.weight" })
        // [12, 8]: the second value of the third row.
        builder.tensors[place].values[17] = value

        let message = try message(builder)

        #expect(
            message.contains("tensor blk.0.ffn_up.weight holds a value in row 2 that is no number"),
            "\(message)"
        )
    }

    @Test func `a directory with one is refused, too`() throws {
        let family = try FamilyRecording("llama-linear")
        let path = "\(family.model)/model.safetensors"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes.replaceSubrange(bytes.count - 4..<bytes.count, with: [0, 0, 0xC0, 0x7F])
        try bytes.write(to: URL(fileURLWithPath: path))

        let error = engineError { _ = try ModelFiles.open(family.model) }

        #expect(error?.code == .modelMalformed)
        #expect(error?.message.contains("that is no number (NaN or infinity)") == true)
    }

    @Test func `an adapter's file is not taken for a model`() throws {
        var builder = GGUFBuilder.tiny()
        builder.set("general.type", .string("adapter"))

        #expect(try message(builder).contains("general.type is \"adapter\", expected \"model\""))
    }

    @Test func `a tokenizer of pairs without merges is refused`() throws {
        var builder = GGUFBuilder.tiny()
        builder.metadata.removeAll { $0.0 == "tokenizer.ggml.merges" }

        #expect(try message(builder).contains("tokenizer.ggml.merges is missing"))
    }
}
