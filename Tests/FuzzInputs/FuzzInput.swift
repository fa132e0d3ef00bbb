import Engine
import Foundation
import Loop

/// One kind of file that comes from outside: a good one, and what reads it.
package struct FuzzInput: Sendable {
    /// Seconds for each kind of input: one, or what `make fuzz` asks for.
    package static let seconds = Double(environment("AUTODIDACT_FUZZ_SECONDS") ?? "") ?? 1
    /// Added to each seed, so that another run of `make fuzz` can try other mutations.
    package static let seedOffset = UInt64(environment("AUTODIDACT_FUZZ_SEED") ?? "") ?? 0

    /// What it is.
    package let name: String
    let sample: [UInt8]
    let read: @Sendable ([UInt8]) throws -> Void

    /// Every kind of file that the engine reads.
    ///
    /// - Parameters:
    ///   - fixtures: The engine tests' fixtures.
    ///   - scratch: A directory of one's own.
    /// - Returns: The inputs.
    /// - Throws: When a fixture cannot be read.
    package static func all(fixtures: String, scratch: String) throws -> [FuzzInput] {
        let model = fixtures + "/tiny"
        var inputs = [try gguf(fixtures + "/tiny.gguf", scratch)]
        for name in ["model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json"] {
            inputs.append(try file(name, of: model, scratch, read: readModel))
        }
        let description = try ModelFiles.open(model).description
        for name in ["adapter_model.safetensors", "adapter_config.json"] {
            inputs.append(
                try file(name, of: model + "-adapter", scratch) {
                    _ = try Adapter.read($0, for: description)
                }
            )
        }
        return inputs
    }

    /// Tries damaged versions for a while; errors of ours are what a reader should answer with.
    ///
    /// - Parameters:
    ///   - seconds: How long.
    ///   - seed: Which mutations.
    /// - Returns: How many inputs were tried and how many were accepted.
    /// - Throws: Any other error: a defect.
    package func run(seconds: Double, seed: UInt64) throws -> (count: Int, acceptedCount: Int) {
        try read(sample)
        return try Self.run(
            sample,
            seconds: seconds,
            seed: seed,
            isRefusal: { $0 is EngineError },
            read: read
        )
    }

    /// Tries damaged versions of any good input for a while.
    ///
    /// - Parameters:
    ///   - sample: The good one.
    ///   - seconds: How long.
    ///   - seed: Which mutations.
    ///   - isRefusal: Whether an error is what a reader should answer with.
    ///   - read: Reads an input.
    /// - Returns: How many inputs were tried and how many were accepted.
    /// - Throws: Any other error: a defect.
    package static func run(
        _ sample: [UInt8],
        seconds: Double,
        seed: UInt64,
        isRefusal: (any Error) -> Bool,
        read: ([UInt8]) throws -> Void
    ) throws -> (count: Int, acceptedCount: Int) {
        var mutator = Mutator(seed: seed &+ seedOffset)
        let end = ContinuousClock.now + .seconds(seconds)
        var (count, acceptedCount) = (0, 0)
        while ContinuousClock.now < end {
            count += 1
            do {
                try read(mutator.mutate(sample))
                acceptedCount += 1
            } catch  where isRefusal(error) {}
        }
        return (count, acceptedCount)
    }

    private static func environment(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }

    private static func gguf(_ sample: String, _ scratch: String) throws -> FuzzInput {
        let path = scratch + "/fuzz.gguf"
        return FuzzInput(name: "GGUF", sample: try Array(Data(contentsOf: URL(filePath: sample)))) { bytes in
            try Data(bytes).write(to: URL(filePath: path))
            try readModel(path)
        }
    }

    private static func file(
        _ name: String,
        of source: String,
        _ scratch: String,
        read: @escaping @Sendable (String) throws -> Void
    ) throws -> FuzzInput {
        let folder = scratch + "/" + name + ".d"
        try FileManager.default.copyItem(atPath: source, toPath: folder)
        let sample = try Array(Data(contentsOf: URL(filePath: source + "/" + name)))
        return FuzzInput(name: name, sample: sample) { bytes in
            try Data(bytes).write(to: URL(filePath: folder + "/" + name))
            try read(folder)
        }
    }

    @Sendable private static func readModel(_ path: String) throws {
        let files = try ModelFiles.open(path)
        _ = try files.read(.finalNorm)
        let tokenizer = try Tokenizers.make(files.tokenizerSource)
        _ = tokenizer.encode("What is 3 + 4? <|im_end|>")
    }
}
