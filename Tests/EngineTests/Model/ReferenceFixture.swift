import Engine
import Foundation
import Loop
import Testing

/// What scripts/record/model.py recorded from transformers and PEFT for one model.
struct ReferenceFixture: Decodable {
    struct Prompt: Decodable {
        var ids: [Int32]
        var topIDs: [Int]
        var topLogits: [Float]
        var greedy: [Int32]
    }

    struct Every: Decodable {
        var prompt: Int
        var tensor: String
    }

    struct Logits: Decodable {
        var lastTensor: String
        var lastStride: Int
        var every: [Every]
        var everyVocabularyIDs: [Int]?
    }

    struct Sample: Decodable {
        var prompt: String
        var completion: String
        var ids: [Int32]
        var answerLoss: Double
        var fullLoss: Double
        var answerTokenCount: Int
        var tokenCount: Int
    }

    struct Adapter: Decodable {
        struct Loss: Decodable {
            var sample: Int
            var answerLoss: Double
            var fullLoss: Double
        }

        var folder: String
        var rank: Int
        var alpha: Double
        var losses: [Loss]
    }

    struct Gradients: Decodable {
        var samples: [Int]
        var weights: [Double]
        var lossSpan: String
        var tensorPrefix: String
        var loss: Double
    }

    struct Curve: Decodable {
        var peakLearningRate: Double
        var clipNorm: Double
        var warmupSteps: Int
        var totalSteps: Int
        var batches: [[Int]]
        var weights: [[Double]]
        var losses: [Double]
        var finalNorms: [String: Double]
    }

    struct Perplexity: Decodable {
        var ids: [Int32]
        var f32: Double
    }

    var prompts: [Prompt]
    var logits: Logits
    var samples: [Sample]
    var adapter: Adapter
    var gradients: [Gradients]
    var curve: Curve
    var perplexity: Perplexity?

    /// The two recorded models.
    enum Name: String, CaseIterable, Sendable {
        case tiny
        case model
    }

    static func load(_ name: Name) throws -> ReferenceFixture {
        try JSONDecoder().decode(
            ReferenceFixture.self,
            from: TokenizerFixtures.data("\(name.rawValue).json")
        )
    }

    static func tensors(_ name: Name) throws -> RecordedTensors {
        try RecordedTensors(Data(contentsOf: URL(filePath: path("\(name.rawValue).safetensors"))))
    }

    static func modelPath(_ name: Name) throws -> String {
        if name == .tiny { return path("tiny") }
        let file = TokenizerFixtures.root.appending(path: "models/SmolLM2-135M-Instruct.Q4_1.gguf").path
        guard FileManager.default.fileExists(atPath: file) else { throw MissingModel() }
        return file
    }

    static func path(_ name: String) -> String {
        TokenizerFixtures.root.appending(path: "Tests/EngineTests/Fixtures/\(name)").path
    }

    func adapterPath() -> String { Self.path(adapter.folder) }

    func textSamples(_ indices: [Int], weights: [Double]? = nil) -> [TextSample] {
        indices.enumerated().map { place, index in
            TextSample(
                prompt: PromptText(format: samples[index].prompt),
                completion: samples[index].completion,
                weight: weights?[place] ?? 1
            )
        }
    }
}

/// F32 tensors of a safetensors file, read without the code under test.
struct RecordedTensors {
    private struct Entry: Decodable {
        var shape: [Int]
        var data_offsets: [Int]
    }

    private let entries: [String: Entry]
    private let data: Data

    init(_ file: Data) throws {
        let length = Int(file.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        let header = try #require(
            try JSONSerialization.jsonObject(with: file[8..<(8 + length)]) as? [String: Any]
        )
        entries = try header.filter { $0.key != "__metadata__" }.mapValues {
            try JSONDecoder().decode(Entry.self, from: JSONSerialization.data(withJSONObject: $0))
        }
        data = Data(file[(8 + length)...])
    }

    /// The names of all tensors.
    var names: [String] { Array(entries.keys) }

    /// A tensor's values in row-major order.
    func values(_ name: String) throws -> [Float] {
        let entry = try #require(entries[name], "no tensor \(name)")
        let bytes = Data(data[entry.data_offsets[0]..<entry.data_offsets[1]])
        return bytes.withUnsafeBytes { raw in
            (0..<(bytes.count / 4)).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        }
    }
}

/// The largest difference between two lists, relative to the largest recorded value.
func relativeDifference(_ ours: [Float], _ recorded: [Float]) -> Float {
    guard ours.count == recorded.count else { return .infinity }
    let scale = recorded.reduce(0) { max($0, abs($1)) }
    let difference = zip(ours, recorded).reduce(0) { max($0, abs($1.0 - $1.1)) }
    return scale == 0 ? difference : difference / scale
}
