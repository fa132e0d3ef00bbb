import Engine
import Foundation
import Loop
import Testing

@Suite struct GGUFExportTests {
    /// What a model is read from.
    enum Source: CaseIterable {
        case gguf
        case huggingFace
    }

    /// A model of a kind and an adapter that fits it.
    static func model(_ source: Source, _ scratch: Scratch) throws -> (ModelFiles, Adapter) {
        switch source {
        case .gguf: return (try ModelExportTests.model(scratch), AdapterFilesTests.adapter())
        case .huggingFace:
            let model = try ModelFiles.open(TestFiles.fixtures + "/tiny")
            return (model, try Adapter.read(TestFiles.fixtures + "/tiny-adapter", for: model.description))
        }
    }

    /// Exports and opens again.
    static func exported(
        _ model: ModelFiles,
        _ adapter: Adapter?,
        isBF16: Bool,
        _ scratch: Scratch
    ) throws -> ModelFiles {
        try ModelExport.gguf(model, adapter: adapter, to: "\(scratch.path)/gguf", isBF16: isBF16)
        return try ModelFiles.open("\(scratch.path)/gguf/\(ModelExport.ggufFile)")
    }

    @Test(arguments: Source.allCases) func `in f32 every tensor equals the merged model's`(_ source: Source)
        throws
    {
        let scratch = try Scratch()
        let (model, adapter) = try Self.model(source, scratch)
        try ModelExport.merged(model, adapter: adapter, to: "\(scratch.path)/hf", isBF16: false)

        let read = try Self.exported(model, adapter, isBF16: false, scratch)

        let merged = try ModelFiles.open("\(scratch.path)/hf")
        #expect(read.configuration == model.configuration)
        for name in model.description.tensorNames {
            #expect(try read.read(name) == merged.read(name), "\(name)")
        }
        let changed = TensorName.layer(1, .down)
        #expect(try read.read(changed) != model.read(changed))
    }

    @Test(arguments: Source.allCases)
    func `in bf16 matrices are rounded once and norms not at all`(_ source: Source) throws {
        let scratch = try Scratch()
        let (model, adapter) = try Self.model(source, scratch)
        try ModelExport.merged(model, adapter: adapter, to: "\(scratch.path)/hf", isBF16: false)

        let read = try Self.exported(model, adapter, isBF16: true, scratch)

        let merged = try ModelFiles.open("\(scratch.path)/hf")
        for name in model.description.tensorNames {
            let isNorm = model.description.shape(of: name).count == 1
            let expected = try merged.read(name).map { value -> Float in
                let bits = value.bitPattern
                return isNorm ? value : Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
            }
            #expect(try read.read(name) == expected, "\(name)")
        }
    }

    @Test func `rows of query and key are stored in the order of GGUF`() throws {
        let scratch = try Scratch()
        let model = try ModelExportTests.model(scratch)
        let stored = try #require(GGUFBuilder.tiny().tensors.first { $0.name == "blk.0.attn_q.weight" })

        try ModelExport.gguf(model, adapter: nil, to: "\(scratch.path)/gguf", isBF16: false)

        // Found without the code under test: the very bytes that the model was made of.
        let file = try Data(contentsOf: URL(filePath: "\(scratch.path)/gguf/\(ModelExport.ggufFile)"))
        let bytes = stored.values.withUnsafeBytes { Data($0) }
        #expect(file.range(of: bytes).map { $0.lowerBound % 32 } == 0)
    }

    @Test func `a GGUF file's tokenizer is copied whole`() throws {
        let scratch = try Scratch()
        let model = try ModelExportTests.model(scratch)

        let read = try Self.exported(model, nil, isBF16: true, scratch)

        guard case .gguf(let before) = model.tokenizerSource, case .gguf(let after) = read.tokenizerSource
        else {
            Issue.record("no tables")
            return
        }
        #expect(after.model == before.model && after.pre == before.pre && after.tokens == before.tokens)
        #expect(after.tokenTypes == before.tokenTypes && after.merges == before.merges)
        #expect(after.bosID == 1 && after.eosID == 0 && after.chatTemplate == "{{ messages }}\n")
    }

    @Test func `a Hugging Face tokenizer cuts texts into the same tokens`() throws {
        let scratch = try Scratch()
        let (model, _) = try Self.model(.huggingFace, scratch)
        let texts = try TokenizerFixtures.decode(RecordedTinyTokens.self, "tokens-tiny.json").cases.map(
            \.text
        )

        let read = try Self.exported(model, nil, isBF16: true, scratch)

        let (before, after) = (
            try Tokenizers.make(model.tokenizerSource), try Tokenizers.make(read.tokenizerSource)
        )
        #expect(texts.filter { before.encode($0) != after.encode($0) } == [])
        #expect(after.endOfText == before.endOfText && after.endTokens == before.endTokens)
        guard case .gguf(let tables) = read.tokenizerSource else { return }
        #expect(tables.pre == "smollm" && tables.bosID == 1 && tables.unknownID == 0 && tables.paddingID == 2)
        #expect(tables.tokenTypes.prefix(4) == [3, 3, 3, 1])
    }

    @Test func `an existing directory is left alone and a failed export leaves nothing`() throws {
        let scratch = try Scratch()
        let model = try ModelExportTests.model(scratch)

        let exists = engineError { try ModelExport.gguf(model, adapter: nil, to: scratch.path, isBF16: true) }
        let failed = engineError {
            try ModelExport.gguf(model, adapter: nil, to: "\(scratch.path)/none/out", isBF16: true)
        }

        #expect(exists?.code == .invalidRequest && failed?.code == .fileFailed)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["tiny.gguf"])
    }

    @Test func `a cancelled export stops between two pieces and leaves nothing`() async throws {
        let scratch = try Scratch()
        let model = try ModelExportTests.model(scratch)
        let path = scratch.path

        let export = Task {
            while !Task.isCancelled { await Task.yield() }
            try ModelExport.gguf(model, adapter: nil, to: "\(path)/out", isBF16: true)
        }
        export.cancel()

        await #expect(throws: CancellationError.self) { try await export.value }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["tiny.gguf"])
    }

    @Test func `an adapter that is not finite is not exported`() throws {
        let scratch = try Scratch()
        let model = try ModelExportTests.model(scratch)
        var adapter = AdapterFilesTests.adapter()
        adapter.tensors[AdapterKey(layer: 0, module: .down)]?.a[3] = .nan

        let error = engineError {
            try ModelExport.gguf(model, adapter: adapter, to: "\(scratch.path)/out", isBF16: true)
        }

        #expect(error?.code == .notFinite)
    }

    @Test(
        arguments: [
            ("apache-2.0", "apache-2.0"), ("llama3.2", "llama3.2"), ("mit\nbase_model: x", nil), ("", nil),
            ("\"mit\"", nil), (String(repeating: "a", count: 65), nil),
        ] as [(String, String?)]
    )
    func `a licence that is a plain identifier comes along`(_ named: String, _ expected: String?) throws {
        let scratch = try Scratch()
        var builder = GGUFBuilder.tiny()
        builder.set("general.license", .string(named))
        let model = try ModelFiles.open(scratch.write("licensed.gguf", builder.bytes()))

        let read = try Self.exported(model, nil, isBF16: true, scratch)

        #expect(model.license == expected && read.license == expected)
    }

    @Test(
        arguments: [
            ("---\nlanguage: en\nlicense: apache-2.0\n---\n# Model\n", "apache-2.0"),
            ("---\nlicense: \"mit\"\n---\n", "mit"), ("# license: mit\n", nil),
            ("---\n---\nlicense: mit\n", nil),
        ] as [(String, String?)]
    )
    func `a directory's licence is that of its card`(_ card: String, _ expected: String?) throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/hf"
        try ModelExport.merged(ModelExportTests.model(scratch), adapter: nil, to: path, isBF16: false)
        try Data(card.utf8).write(to: URL(filePath: path + "/README.md"))

        #expect(try ModelFiles.open(path).license == expected)
    }
}

extension EngineSerial {
    /// The exported file computes what the merged model computes.
    @Suite struct GGUFExportLogitsTests {
        @Test func `logits of the GGUF file equal those of the merged directory`() throws {
            let scratch = try Scratch()
            let (model, adapter) = try GGUFExportTests.model(.huggingFace, scratch)
            let reference = try ReferenceFixture.load(.tiny)
            try ModelExport.merged(model, adapter: adapter, to: "\(scratch.path)/hf", isBF16: false)
            try ModelExport.gguf(model, adapter: adapter, to: "\(scratch.path)/gguf", isBF16: false)

            let merged = try ModelProbe(modelPath: "\(scratch.path)/hf")
            let exported = try ModelProbe(modelPath: "\(scratch.path)/gguf/\(ModelExport.ggufFile)")

            let base = try ModelProbe(modelPath: ReferenceFixture.modelPath(.tiny))
            for prompt in reference.prompts {
                let logits = try exported.logits(prompt.ids, last: 4)
                #expect(try logits == merged.logits(prompt.ids, last: 4))
                #expect(try logits != base.logits(prompt.ids, last: 4))
            }
        }
    }
}
