import Engine
import Foundation
import Testing

/// Model files that people elsewhere met and that once loaded as something else, or were refused without
/// help.
@Suite struct ModelCaseTests {
    /// A Llama as a directory, its files changed by a test.
    private func directory(
        _ scratch: Scratch,
        named name: String = "out",
        hasHead: Bool = false
    ) throws -> String {
        var builder = GGUFBuilder.tiny()
        if hasHead {
            let values = (0..<48).map { Float($0) / 16 }
            builder.tensors.append(.init(name: "output.weight", dimensions: [8, 6], values: values))
        }
        let gguf = try scratch.write("tiny.gguf", builder.bytes())
        let path = "\(scratch.path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
            withIntermediateDirectories: true
        )
        try ModelExport.merged(ModelFiles.open(gguf), adapter: nil, to: path, isBF16: false)
        return path
    }

    private func configure(_ path: String, _ change: (inout [String: Any]) -> Void) throws {
        let file = URL(fileURLWithPath: "\(path)/config.json")
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        var config = try #require(json as? [String: Any])
        change(&config)
        try JSONSerialization.data(withJSONObject: config).write(to: file)
    }

    @Test(arguments: ["llama.rope.scale_linear", "llama.rope.scaling.factor"])
    func `a factor of rotary positions without a type is linear`(_ key: String) throws {
        let scratch = try Scratch()
        var builder = GGUFBuilder.tiny()
        builder.set(key, .f32(4))

        let model = try ModelFiles.open(scratch.write("old.gguf", builder.bytes()))

        guard case .attention(let attention) = model.description.layers[0].mixer else { return }
        #expect(attention.rotation?.scaling == .linear(factor: 4))
    }

    @Test func `a tied model whose file holds another output projection is refused`() throws {
        let scratch = try Scratch()
        let path = try directory(scratch, hasHead: true)
        #expect(try !ModelFiles.open(path).configuration.tiesEmbeddings)
        try configure(path) { $0["tie_word_embeddings"] = true }

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.message.contains("lm_head.weight differs from model.embed_tokens.weight") == true)
        #expect(error?.message.contains("set tie_word_embeddings to false") == true)
    }

    @Test func `one part of a split model names the others and what joins them`() throws {
        let scratch = try Scratch()
        var builder = GGUFBuilder.tiny()
        builder.set("split.count", .u32(3))
        let path = try scratch.write("acme-00002-of-00003.gguf", builder.bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.message.contains("acme-00001-of-00003.gguf to acme-00003-of-00003.gguf") == true)
        #expect(error?.message.contains("llama-gguf-split --merge acme-00001-of-00003.gguf") == true)
    }

    /// The tiny model in three parts, as llama-gguf-split writes them: the metadata in the first.
    private func parts(_ change: (inout [GGUFBuilder]) -> Void = { _ in }) -> [GGUFBuilder] {
        let whole = GGUFBuilder.tiny()
        var parts = (0..<3).map { number in
            var part = GGUFBuilder()
            if number == 0 { part.metadata = whole.metadata }
            part.tensors = Array(whole.tensors[(number * 4)..<min(number * 4 + 4, whole.tensors.count)])
            part.set("split.no", .u32(UInt32(number)))
            part.set("split.count", .u32(3))
            part.set("split.tensors.count", .u32(UInt32(whole.tensors.count)))
            return part
        }
        change(&parts)
        return parts
    }

    private func write(_ parts: [GGUFBuilder], _ scratch: Scratch) throws -> String {
        let paths = try parts.enumerated().map { place, part in
            try scratch.write("acme-0000\(place + 1)-of-00003.gguf", part.bytes())
        }
        return try #require(paths.first)
    }

    @Test func `a model in parts is read from its first part as from one file`() throws {
        let scratch = try Scratch()
        let whole = try ModelFiles.open(scratch.write("acme.gguf", GGUFBuilder.tiny().bytes()))

        let model = try ModelFiles.open(write(parts(), scratch))

        #expect(model.name == "acme")
        #expect(model.fileDigests.count == 3)
        for name in model.description.tensorNames { #expect(try model.read(name) == whole.read(name)) }
    }

    @Test func `a part that is not there is named`() throws {
        let scratch = try Scratch()
        let path = try write(parts(), scratch)
        try FileManager.default.removeItem(atPath: path.replacing("-00001-", with: "-00003-"))

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .modelMissing)
        #expect(error?.message.contains("its part acme-00003-of-00003.gguf is not beside it") == true)
    }

    @Test(
        arguments: [
            (
                "split.no is 0",
                { @Sendable (parts: inout [GGUFBuilder]) in parts[1].set("split.no", .u32(0)) }
            ),
            (
                "split.count missing",
                { @Sendable (parts: inout [GGUFBuilder]) in parts[1].set("split.count", nil) }
            ),
            (
                "is in acme-00001-of-00003.gguf, too",
                { @Sendable (parts: inout [GGUFBuilder]) in parts[1].tensors[0] = parts[0].tensors[0] }
            ),
        ] as [(String, @Sendable (inout [GGUFBuilder]) -> Void)]
    )
    func `a part of another model is refused by its name`(
        reason: String,
        change: @Sendable (inout [GGUFBuilder]) -> Void
    ) throws {
        let scratch = try Scratch()
        let path = try write(parts(change), scratch)

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .modelMalformed)
        #expect(error?.message.contains("acme-00002-of-00003.gguf is no part of it") == true)
        #expect(error?.message.contains(reason) == true)
    }

    @Test func `parts that lack a tensor are refused`() throws {
        let scratch = try Scratch()
        let path = try write(parts { $0[2].tensors.removeLast() }, scratch)

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.message.contains("parts hold 10 tensors, split.tensors.count is 11") == true)
    }

    @Test func `weights in a pickle are named with their conversion`() throws {
        let scratch = try Scratch()
        let path = try directory(scratch)
        let weights = "\(path)/model.safetensors"
        try FileManager.default.moveItem(atPath: weights, toPath: "\(path)/pytorch_model.bin")

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .modelMissing)
        #expect(error?.message.contains("pytorch_model.bin") == true)
        #expect(error?.message.contains("save_pretrained") == true)
    }

    @Test func `an index that names a file which is not there says so`() throws {
        let scratch = try Scratch()
        let path = try directory(scratch)
        let index = #"{"weight_map": {"model.norm.weight": "model-00001-of-00002.safetensors"}}"#
        try Data(index.utf8).write(to: URL(fileURLWithPath: "\(path)/model.safetensors.index.json"))

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.message.contains("names model-00001-of-00002.safetensors") == true)
        #expect(error?.message.contains("remove the index") == true)
    }

    @Test func `a whole file beside an index of other files is refused with both named`() throws {
        let scratch = try Scratch()
        let path = try directory(scratch)
        let shard = "model-00001-of-00001.safetensors"
        try FileManager.default.copyItem(
            atPath: "\(path)/model.safetensors",
            toPath: "\(path)/\(shard)"
        )
        let index = #"{"weight_map": {"model.norm.weight": "\#(shard)"}}"#
        try Data(index.utf8).write(to: URL(fileURLWithPath: "\(path)/model.safetensors.index.json"))

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .modelMalformed)
        #expect(error?.message.contains("there is model.safetensors, and") == true)
        #expect(error?.message.contains("names \(shard) instead") == true)
    }

    @Test func `vocabulary and merges without tokenizer_json are named with their conversion`() throws {
        let scratch = try Scratch()
        let path = try directory(scratch)
        try FileManager.default.removeItem(atPath: "\(path)/tokenizer.json")
        for name in ["vocab.json", "merges.txt"] {
            try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.message.contains("but vocab.json, merges.txt") == true)
        #expect(error?.message.contains("AutoTokenizer") == true)
    }

    @Test(arguments: [(16, "IQ2_XXS"), (29, "IQ1_M"), (39, "MXFP4"), (99, "unknown")])
    func `a tensor type that is not read is named`(_ type: UInt32, _ name: String) throws {
        let scratch = try Scratch()
        var builder = GGUFBuilder.tiny()
        builder.tensors[0].type = type
        let path = try scratch.write("typed.gguf", builder.bytes())

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .unsupportedTensorType && error?.message.contains(name) == true)
    }

    @Test(
        arguments: [
            (["quant_method": "gptq", "bits": 4], "gptq"), (["quant_method": "fp8"], "fp8"),
            (["quant_method": "bitsandbytes", "load_in_4bit": true], "bitsandbytes, 4 bits"),
        ] as [([String: any Sendable], String)]
    )
    func `quantized weights are named with what to take instead`(
        _ quantization: [String: any Sendable],
        _ name: String
    ) throws {
        let scratch = try Scratch()
        let path = try directory(scratch)
        try configure(path) { $0["quantization_config"] = quantization }

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.message.contains("quantized by \(name), which is not read") == true)
        #expect(error?.message.contains("GGUF file") == true)
    }

    @Test(arguments: [("acme--tiny", "acme/tiny"), ("acme--tiny--v2", "acme/tiny--v2"), ("tiny", "tiny")])
    func `a snapshot in the Hugging Face cache has the model's name`(_ folder: String, _ name: String) throws
    {
        let scratch = try Scratch()
        let path = try directory(scratch, named: "models--\(folder)/snapshots/0123abcd")

        #expect(try ModelFiles.open(path).name == name)
    }

    @Test func `an exported directory keeps added_tokens_json`() throws {
        let scratch = try Scratch()
        let path = try directory(scratch)
        let added = Data(#"{"<|s|>": 1}"#.utf8)
        try added.write(to: URL(fileURLWithPath: "\(path)/added_tokens.json"))

        try ModelExport.merged(
            ModelFiles.open(path),
            adapter: nil,
            to: "\(scratch.path)/again",
            isBF16: false
        )

        let file = URL(fileURLWithPath: "\(scratch.path)/again/added_tokens.json")
        #expect(try Data(contentsOf: file) == added)
    }

    @Test func `a context of a million tokens costs nothing until it is used`() throws {
        let scratch = try Scratch()
        let path = try directory(scratch)
        try configure(path) { $0["max_position_embeddings"] = 10_485_760 }

        let started = ContinuousClock.now
        let logits = try ModelProbe(modelPath: path).logits([1, 2, 3], last: 1)

        #expect(logits[0].count { !$0.isFinite } == 0)
        #expect(ContinuousClock.now - started < .seconds(5))
    }
}
