import Engine
import Foundation
import Loop
import Testing

/// Adapters whose configuration names layers, ranks and scales by patterns, against what PEFT computes with
/// them (scripts/record/families.py --patterns).
extension EngineSerial {
    @Suite struct AdapterPatternTests {
        struct Recording: Decodable {
            var losses: [String: [FamilyRecording.Losses]]
        }

        static let folder = TestFiles.fixtures + "/patterns"
        static let names = [
            "all-linear", "convolutions", "expression", "first", "joined", "layers", "ranks", "shared",
            "stabilised",
        ]
        /// The recorded models of the cases; llama-linear for all others.
        private static let families = [
            "convolutions": "lfm2", "joined": "phi3", "shared": "granitehybrid",
        ]

        /// The recorded model of a case.
        private static func family(_ name: String) throws -> FamilyRecording {
            try FamilyRecording(families[name] ?? "llama-linear")
        }

        private static func losses(_ name: String) throws -> [FamilyRecording.Losses] {
            let file = URL(filePath: folder + "/recording.json")
            let recording = try JSONDecoder().decode(Recording.self, from: Data(contentsOf: file))
            return try #require(recording.losses[name])
        }

        @Test(arguments: names) func `losses beside the weights are PEFT's`(_ name: String) throws {
            let family = try Self.family(name)
            let probe = try ModelProbe(modelPath: family.model)

            for (index, sample) in family.recording.samples.enumerated() {
                let loss = try probe.gradients(
                    adapter: "\(Self.folder)/\(name)",
                    tokens: [(sample.ids, sample.promptTokenCount, 1.0)],
                    span: .fullSequence
                ).loss

                #expect(abs(loss - (try Self.losses(name))[index].full) < 2e-4, "sample \(index)")
            }
        }

        @Test(arguments: names) func `losses of the merged model are PEFT's, also from our own form`(
            _ name: String
        ) throws {
            let scratch = try Scratch()
            let family = try Self.family(name)
            let model = try ModelFiles.open(family.model)
            let read = try Adapter.read("\(Self.folder)/\(name)", for: model.description)
            let own = scratch.path + "/own"
            try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
            for file in try read.files(of: model.description, baseModelName: "tiny") {
                try Data(file.bytes).write(to: URL(fileURLWithPath: "\(own)/\(file.name)"))
            }
            let again = try Adapter.read(own, for: model.description)
            try ModelExport.merged(model, adapter: again, to: scratch.path + "/merged", isBF16: false)
            let probe = try ModelProbe(modelPath: scratch.path + "/merged")

            #expect(again.tensors == read.tensors && again.rank == read.rank)
            for (index, sample) in family.recording.samples.enumerated() {
                let loss = log(try probe.perplexity(sample.ids))
                #expect(abs(loss - (try Self.losses(name))[index].full) < 2e-4, "sample \(index)")
            }
        }

        @Test func `layers that files join are written as one and read apart, also some of them`() throws {
            let scratch = try Scratch()
            let recording = try FamilyRecording("phi3")
            defer { withExtendedLifetime(recording) {} }
            let model = try ModelFiles.open(recording.model).description
            var tensors: [AdapterKey: AdapterTensors] = [:]
            for layer in model.layers.indices {
                for module in [TargetModule.key, .gate, .up, .down] {
                    let inputs = module == .down ? 40 : 32
                    let outputs = module == .key ? 16 : module == .down ? 32 : 40
                    tensors[AdapterKey(layer: layer, module: module)] = AdapterTensors(
                        a: (0..<2 * inputs).map { Float($0 + 1) / 64 },
                        b: (0..<2 * outputs).map { Float($0 - layer) / 32 }
                    )
                }
            }
            let adapter = Adapter(
                rank: 2,
                alpha: 5,
                usesRSLoRA: false,
                targetModules: [.key, .gate, .up, .down],
                tensors: tensors
            )
            for file in try adapter.files(of: model, baseModelName: "tiny") {
                _ = try scratch.write(file.name, file.bytes)
            }

            let read = try Adapter.read(scratch.path, for: model)
            let config = try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: scratch.path + "/adapter_config.json"))
            )

            #expect(read == adapter)
            let written = try #require(config as? [String: Any])
            #expect(written["rank_pattern"] as? [String: Int] == ["qkv_proj": 6, "gate_up_proj": 4])
            #expect(written["alpha_pattern"] as? [String: Int] == ["qkv_proj": 15, "gate_up_proj": 10])
            #expect(
                Set(written["target_modules"] as? [String] ?? []) == [
                    "qkv_proj", "gate_up_proj", "down_proj",
                ]
            )
        }

        @Test func `patterns give ranks, scales and layers`() throws {
            let recording = try FamilyRecording("llama-linear")
            defer { withExtendedLifetime(recording) {} }
            let model = try ModelFiles.open(recording.model).description
            func read(_ name: String) throws -> Adapter {
                try Adapter.read("\(Self.folder)/\(name)", for: model)
            }
            func isUsed(_ adapter: Adapter, _ layer: Int, _ module: TargetModule) -> Bool {
                let tensors = adapter.tensors[AdapterKey(layer: layer, module: module)]
                return tensors?.b.contains { $0 != 0 } == true
            }

            let (ranks, whole, expression) = (
                try read("ranks"), try read("all-linear"), try read("expression")
            )
            let (layers, first) = (try read("layers"), try read("first"))

            #expect(ranks.rank == 4 && !ranks.isUniform)
            #expect(ranks.targetModules == TargetModule.allCases.sorted())
            #expect(whole.rank == 3 && whole.alpha == 6 && whole.usesRSLoRA && whole.isUniform)
            #expect(expression.targetModules == [.query, .value, .down].sorted())
            #expect(isUsed(expression, 0, .value) && !isUsed(expression, 2, .value))
            #expect(isUsed(expression, 2, .down) && !isUsed(expression, 1, .down))
            #expect(layers.targetModules == [.query, .up].sorted())
            #expect([0, 1, 2].map { isUsed(layers, $0, .query) } == [true, false, true])
            // A whole name counts whatever layers_to_transform says.
            #expect([0, 1, 2].map { isUsed(first, $0, .output) } == [true, false, false])
            #expect([0, 1, 2].map { isUsed(first, $0, .up) } == [false, false, true])
        }

        @Test(arguments: [
            ("use_dora", "true"), ("modules_to_save", #"["lm_head"]"#), ("target_modules", #""nothing""#),
            ("target_modules", #""(?<!x)q_proj""#), ("target_modules", #""q_proj*+""#),
            ("rank_pattern", #"{"v_proj": 0}"#), ("rank_pattern", "[1]"),
            ("alpha_pattern", #"{"v_proj": "x"}"#),
            ("rank_pattern", #"{"(v_proj": 2}"#), ("exclude_modules", "[1]"),
            ("layers_to_transform", "[true]"),
            ("layers_to_transform", #""0""#), ("layers_pattern", #""blocks", "layers_to_transform": [0]"#),
        ]) func `what is not read is refused by name`(field: String, value: String) throws {
            let scratch = try Scratch()
            try AdapterFilesTests.write(scratch, config: AdapterFilesTests.config([field: value]))

            let error = engineError { _ = try Adapter.read(scratch.path, for: AdapterFilesTests.model) }

            #expect(error?.code == .adapterMalformed)
            #expect(error?.message.contains(field) == true, "\(error?.message ?? "no error")")
        }

        @Test(arguments: [
            ("rank_pattern", #"{"v_proj": 4}"#, "has shape [2, 8], this model needs [4, 8]"),
            ("target_modules", #""all-linear""#, "is missing"),
            ("layers_to_transform", "0", "has no place for tensor"),
            ("layers_to_transform", "[0]", "has no place for tensor"),
        ]) func `a configuration that its tensors do not follow is refused`(
            field: String,
            value: String,
            words: String
        ) throws {
            let scratch = try Scratch()
            try AdapterFilesTests.write(scratch, config: AdapterFilesTests.config([field: value]))

            let error = engineError { _ = try Adapter.read(scratch.path, for: AdapterFilesTests.model) }

            #expect(error?.code == .adapterMismatch)
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "no error")")
        }

        @Test func `an adapter with ranks of its own is not trained on`() throws {
            let family = try FamilyRecording("llama-linear")
            var settings = FinetuneSettings()
            settings.rank = 4
            settings.alpha = 16
            let base = try BaseModel(family.model)
            let start = AdapterLocation(path: Self.folder + "/ranks", sha256: "")

            let error = engineError { try base.checkStart(start, settings) }

            #expect(error?.code == .adapterMismatch)
            #expect(error?.message.contains("ranks or scales of their own") == true)
        }
    }
}
