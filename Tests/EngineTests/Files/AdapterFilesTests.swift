import Engine
import Foundation
import Loop
import Testing

@Suite struct AdapterFilesTests {
    static let configuration = ModelConfiguration(
        hiddenSize: 8,
        layerCount: 2,
        headCount: 2,
        keyValueHeadCount: 1,
        headDimension: 4,
        intermediateSize: 12,
        vocabularyCount: 6,
        rmsNormEpsilon: 1e-5,
        ropeTheta: 10_000,
        contextLength: 64,
        tiesEmbeddings: true
    )

    static let model = Llama().describe(configuration)

    /// An adapter of rank 2 on values and down projections, with numbers that tell places apart.
    static func adapter() -> Adapter {
        var tensors: [AdapterKey: AdapterTensors] = [:]
        for layer in 0..<2 {
            let start = Float(layer)
            tensors[AdapterKey(layer: layer, module: .value)] = AdapterTensors(
                a: (0..<16).map { start + Float($0) / 64 },
                b: (0..<8).map { start - Float($0) / 32 }
            )
            tensors[AdapterKey(layer: layer, module: .down)] = AdapterTensors(
                a: (0..<24).map { start * 2 + Float($0) / 128 },
                b: (0..<16).map { start * 3 - Float($0) / 16 }
            )
        }
        return Adapter(
            rank: 2,
            alpha: 4,
            usesRSLoRA: false,
            targetModules: [.value, .down],
            tensors: tensors
        )
    }

    /// A configuration file with some fields replaced by raw JSON; nil removes one.
    static func config(_ changes: [String: String?] = [:]) -> [UInt8] {
        var fields: [String: String?] = [
            "peft_type": #""LORA""#, "r": "2", "lora_alpha": "4",
            "target_modules": #"["v_proj","down_proj"]"#,
        ]
        fields.merge(changes) { $1 }
        let lines = fields.compactMap { key, value in value.map { "\"\(key)\": \($0)" } }
        return Array("{\(lines.joined(separator: ", "))}".utf8)
    }

    /// Writes the adapter's files, with a configuration of the test's own if given.
    static func write(_ scratch: Scratch, _ adapter: Adapter = adapter(), config: [UInt8]? = nil) throws {
        for file in try adapter.files(of: Self.model, baseModelName: "tiny") {
            _ = try scratch.write(file.name, file.bytes)
        }
        if let config { _ = try scratch.write("adapter_config.json", config) }
    }

    @Test func `what is written reads back the same`() throws {
        let scratch = try Scratch()
        try Self.write(scratch)

        let read = try Adapter.read(scratch.path, for: Self.model)

        #expect(read == Self.adapter())
        #expect(read.scale == 2)
        #expect(read.targetModules == [.down, .value])
    }

    @Test func `the configuration has the fields PEFT expects, sorted`() throws {
        let file = try #require(try Self.adapter().files(of: Self.model, baseModelName: "a \"base\"").first)

        let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n")

        #expect(file.name == "adapter_config.json")
        let keys = lines.filter { $0.hasPrefix("  \"") }.compactMap {
            $0.split(separator: "\"").dropFirst().first
        }
        #expect(keys.count == 24 && keys == keys.sorted())
        #expect(lines.contains(#"  "base_model_name_or_path": "a \"base\"","#))
        #expect(lines.contains(#"  "lora_alpha": 4,"#))
        #expect(lines.contains(#"    "down_proj","#))
    }

    @Test func `rank-stabilised adapters divide by the root of the rank`() throws {
        let scratch = try Scratch()
        try Self.write(scratch, config: Self.config(["use_rslora": "true"]))

        let read = try Adapter.read(scratch.path, for: Self.model)

        #expect(read.scale == 4 / 2.0.squareRoot())
    }

    @Test(arguments: [
        ("use_dora", "true"), ("rank_pattern", #"{"v_proj": "four"}"#), ("bias", #""all""#),
        ("modules_to_save", #"["x"]"#),
        ("peft_type", #""IA3""#), ("r", "0"), ("r", "\"2\""), ("lora_alpha", "null"),
        ("target_modules", #""all-nonlinear""#),
        ("target_modules", #"["lm_head"]"#), ("layers_to_transform", #""x""#), ("something_new", "1"),
        ("init_lora_weights", #""pissa""#), ("target_modules", #"["v_proj","v_proj"]"#),
    ]) func `a setting that changes the mathematics is refused by name`(field: String, value: String) throws {
        let scratch = try Scratch()
        try Self.write(scratch, config: Self.config([field: value]))

        let error = engineError { _ = try Adapter.read(scratch.path, for: Self.model) }

        #expect(error?.code == .adapterMalformed)
        #expect(error?.message.contains(field) == true, "\(error?.message ?? "no error")")
    }

    @Test(arguments: [
        ("something_new", "null"), ("something_new", "false"), ("something_new", "{}"),
        ("something_new", "0"),
        ("peft_version", #""0.21.2""#), ("qalora_group_size", "16"), ("lora_dropout", "0.05"),
        ("init_lora_weights", #""gaussian""#), ("base_model_name_or_path", #""x""#),
    ]) func `a setting without effect is tolerated`(field: String, value: String) throws {
        let scratch = try Scratch()
        try Self.write(scratch, config: Self.config([field: value]))

        #expect(throws: Never.self) { try Adapter.read(scratch.path, for: Self.model) }
    }

    @Test func `an adapter of another width names tensor and shapes`() throws {
        let scratch = try Scratch()
        try Self.write(scratch)
        var other = Self.configuration
        other.hiddenSize = 16

        let error = engineError { _ = try Adapter.read(scratch.path, for: Llama().describe(other)) }

        #expect(error?.code == .adapterMismatch)
        let name = "base_model.model.model.layers.0.mlp.down_proj.lora_B.weight"
        #expect(error?.message.contains("\(name) has shape [8, 2], this model needs [16, 2]") == true)
    }

    @Test(arguments: [1, 3]) func `an adapter of another depth is refused`(layers: Int) throws {
        let scratch = try Scratch()
        try Self.write(scratch)
        var other = Self.configuration
        other.layerCount = layers

        let error = engineError { _ = try Adapter.read(scratch.path, for: Llama().describe(other)) }

        #expect(error?.code == .adapterMismatch)
        #expect(error?.message.contains(layers == 1 ? "layers.1." : "layers.2.") == true)
    }

    @Test func `values that are not finite are seen and not written`() {
        var adapter = Self.adapter()
        adapter.tensors[AdapterKey(layer: 1, module: .value)]?.b[3] = .nan

        #expect(Self.adapter().isFinite)
        #expect(!adapter.isFinite)
        #expect(
            engineError { _ = try adapter.files(of: Self.model, baseModelName: "tiny") }?.code == .notFinite
        )
    }

    @Test func `a directory without files says which is missing`() throws {
        let scratch = try Scratch()

        let error = engineError { _ = try Adapter.read(scratch.path, for: Self.model) }

        #expect(error?.code == .adapterMalformed)
        #expect(error?.message.contains("adapter_config.json") == true)
    }

    @Test func `an adapter PEFT has written opens`() throws {
        let model = try ModelFiles.open("\(TestFiles.fixtures)/tiny")

        let adapter = try Adapter.read("\(TestFiles.fixtures)/tiny-adapter", for: model.description)

        #expect(adapter.rank == 4)
        #expect(adapter.targetModules == TargetModule.allCases.sorted())
        #expect(adapter.isFinite)
    }
}
