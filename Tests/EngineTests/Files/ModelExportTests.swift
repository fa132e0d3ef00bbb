import Engine
import Foundation
import Loop
import Testing

@Suite struct ModelExportTests {
    /// A GGUF model of two layers that `AdapterFilesTests.adapter()` fits.
    static func model(_ scratch: Scratch) throws -> ModelFiles {
        var builder = GGUFBuilder.tiny()
        builder.set("llama.block_count", .u32(2))
        builder.set("tokenizer.chat_template", .string("{{ messages }}\n"))
        for tensor in builder.tensors where tensor.name.hasPrefix("blk.0.") {
            var second = tensor
            second.name = "blk.1." + tensor.name.dropFirst(6)
            second.values = tensor.values.map { -$0 }
            builder.tensors.append(second)
        }
        return try ModelFiles.open(scratch.write("tiny.gguf", builder.bytes()))
    }

    /// W + s·B·A, plainly.
    static func merged(_ model: ModelFiles, _ name: TensorName, _ adapter: Adapter) throws -> [Float] {
        var values = try model.read(name)
        guard case .layer(let layer, let tensor) = name, let module = tensor.targetModule,
            let pair = adapter.tensors[AdapterKey(layer: layer, module: module)]
        else { return values }
        let shape = model.description.shape(of: name)
        for row in 0..<shape[0] {
            for column in 0..<shape[1] {
                var sum: Double = 0
                for k in 0..<adapter.rank {
                    sum += Double(pair.b[row * adapter.rank + k]) * Double(pair.a[k * shape[1] + column])
                }
                values[row * shape[1] + column] += Float(adapter.scale * sum)
            }
        }
        return values
    }

    @Test func `a merged export reads back as base plus scaled product`() throws {
        let scratch = try Scratch()
        let model = try Self.model(scratch)
        let adapter = AdapterFilesTests.adapter()

        try ModelExport.merged(model, adapter: adapter, to: "\(scratch.path)/out", isBF16: false)

        let read = try ModelFiles.open("\(scratch.path)/out")
        #expect(read.configuration == model.configuration)
        for name in model.description.tensorNames {
            let expected = try Self.merged(model, name, adapter)
            let found = try read.read(name)
            // Values below 32 in two f32 roundings: 2⁻¹⁹ each at most.
            let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
            #expect(found.count == expected.count && worst <= 4e-6, "\(name): \(worst)")
        }
        #expect(try read.read(.layer(1, .down)) != model.read(.layer(1, .down)))
    }

    @Test func `an export without adapter equals the base bit for bit`() throws {
        let scratch = try Scratch()
        let model = try Self.model(scratch)

        try ModelExport.merged(model, adapter: nil, to: "\(scratch.path)/out", isBF16: false)

        let read = try ModelFiles.open("\(scratch.path)/out")
        for name in model.description.tensorNames {
            #expect(try read.read(name) == model.read(name))
        }
        #expect(read.parameterCount == model.parameterCount)
    }

    @Test func `a bf16 export rounds each value once to nearest even`() throws {
        let scratch = try Scratch()
        let model = try Self.model(scratch)

        try ModelExport.merged(model, adapter: nil, to: "\(scratch.path)/out", isBF16: true)

        let read = try ModelFiles.open("\(scratch.path)/out")
        for name in model.description.tensorNames {
            let expected = try model.read(name).map { value -> Float in
                let bits = value.bitPattern
                return Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
            }
            #expect(try read.read(name) == expected)
        }
    }

    @Test func `the tokenizer is rebuilt from the metadata`() throws {
        let scratch = try Scratch()

        try ModelExport.merged(Self.model(scratch), adapter: nil, to: "\(scratch.path)/out", isBF16: true)

        guard case .huggingFace(let files) = try ModelFiles.open("\(scratch.path)/out").tokenizerSource else {
            Issue.record("no tokenizer files")
            return
        }
        let tokenizer = String(decoding: files.tokenizerJSON, as: UTF8.self).filter { !$0.isWhitespace }
        #expect(tokenizer.contains(#""vocab":{"<|e|>":0,"<|s|>":1,"a":2,"b":3,"ab":4,"Ġ":5}"#))
        #expect(tokenizer.contains(#""merges":[["a","b"]]"#))
        #expect(tokenizer.contains(#"{"type":"Digits","individual_digits":true}"#))
        #expect(files.eosIDs == [0])
        #expect(files.bosID == 1)
        let settings = String(decoding: try #require(files.tokenizerConfig), as: UTF8.self)
        #expect(settings.contains(#""chat_template": "{{ messages }}\n""#))
    }

    @Test func `an existing directory is left alone`() throws {
        let scratch = try Scratch()
        let model = try Self.model(scratch)

        let error = engineError {
            try ModelExport.merged(model, adapter: nil, to: scratch.path, isBF16: true)
        }

        #expect(error?.code == .invalidRequest)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["tiny.gguf"])
    }

    @Test func `a failed export leaves nothing behind`() throws {
        let scratch = try Scratch()
        let model = try Self.model(scratch)

        let error = engineError {
            try ModelExport.merged(model, adapter: nil, to: "\(scratch.path)/none/out", isBF16: true)
        }

        #expect(error?.code == .fileFailed)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["tiny.gguf"])
    }

    @Test func `a Hugging Face directory in shards reads like one file`() throws {
        let scratch = try Scratch()
        let model = try Self.model(scratch)
        let path = "\(scratch.path)/out"
        try ModelExport.merged(model, adapter: nil, to: path, isBF16: false)
        let manager = FileManager.default
        try manager.moveItem(
            atPath: "\(path)/model.safetensors",
            toPath: "\(path)/model-00001-of-00001.safetensors"
        )
        let index = #"{"weight_map": {"model.norm.weight": "model-00001-of-00001.safetensors"}}"#
        try Data(index.utf8).write(to: URL(fileURLWithPath: "\(path)/model.safetensors.index.json"))

        let read = try ModelFiles.open(path)

        #expect(try read.read(.embedding) == model.read(.embedding))
    }

    @Test(arguments: [
        ("\"silu\"", "\"gelu\"", "hidden_act"),
        ("\"attention_bias\": false", "\"attention_bias\": true", "attention_bias"),
        ("LlamaForCausalLM", "GPT2LMHeadModel", "GPT2LMHeadModel"),
        ("\"rope_scaling\": null", "\"rope_scaling\": {\"rope_type\": \"llama3\"}", "llama3"),
    ]) func `a configuration that changes the mathematics is refused`(
        from: String,
        to: String,
        word: String
    ) throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/out"
        try ModelExport.merged(Self.model(scratch), adapter: nil, to: path, isBF16: false)
        let file = URL(fileURLWithPath: "\(path)/config.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains(from))
        try Data(text.replacingOccurrences(of: from, with: to).utf8).write(to: file)

        let error = engineError { _ = try ModelFiles.open(path) }

        #expect(error?.code == .unsupportedArchitecture)
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "no error")")
    }

    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["AUTODIDACT_EXPORT_TO"] != nil && TestFiles.hasModel)
    )
    func `the real model exports where an outside judge can load it`() throws {
        let path = try #require(ProcessInfo.processInfo.environment["AUTODIDACT_EXPORT_TO"])

        let model = try ModelFiles.open(TestFiles.model)
        try ModelExport.merged(model, adapter: nil, to: path, isBF16: true)
        try ModelExport.gguf(model, adapter: nil, to: path + "-gguf", isBF16: true)
    }
}
