import Foundation
import Loop
import ScaleOut

/// A model whose tokens are bytes; its adapters are whatever two files they are.
struct ByteModel: ScaleOutModel {
    var contextLength = 4096
    var stopTokens: [Int32] = [0]
    var chat: (any ChatRenderer)?

    func identity(precision: String, computedBy place: String) -> ModelIdentity {
        ModelIdentity(
            name: "bytes",
            architecture: "llama",
            sha256: String(repeating: "ab", count: 32),
            parameterCount: 1,
            precision: precision,
            instructionSet: place,
            threadCount: 0
        )
    }

    func tokenID(_ text: String) -> Int32? { text.utf8.count == 1 ? text.utf8.first.map { Int32($0) } : nil }

    func encode(_ text: PromptText) -> [Int32] { text.text.utf8.map { Int32($0) } }

    func tokenize(_ sample: TextSample, index: Int) throws -> TokenizedSample {
        let prompt = encode(sample.prompt)
        return TokenizedSample(
            index: index,
            tokens: prompt + encode(PromptText(content: sample.completion)) + [0],
            promptCount: prompt.count,
            weight: sample.weight
        )
    }

    func freshAdapter(_ job: FinetuneJob) throws -> [FileContent] {
        [
            FileContent(name: "adapter_config.json", bytes: Array("{\"r\": 8}".utf8)),
            FileContent(name: "adapter_model.safetensors", bytes: Array("fresh".utf8)),
        ]
    }

    func checkStart(_ start: AdapterLocation, _ settings: FinetuneSettings) throws {}

    func adapterFiles(at path: String, baseModelName: String) throws -> [FileContent] {
        try ["adapter_config.json", "adapter_model.safetensors"].map { name in
            FileContent(name: name, bytes: Array(try Data(contentsOf: URL(filePath: path + "/" + name))))
        }
    }

    func writeBase(to directory: String, isBF16: Bool, progress: @Sendable () -> Void) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }
}
