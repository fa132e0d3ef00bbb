import Foundation
import Loop

/// LoRA parameters at the ends of epochs before the last, for the contenders of a job.
///
/// They are part of each later training save, one file an epoch: a resumed job has them with the same bytes.
struct EpochEnds {
    private let kinds: [ContenderKind]
    /// Steps done at the end of each epoch.
    private let stepCounts: [Int]
    /// Epochs to keep, from 1.
    private let wanted: [Int]
    /// Parameters by epoch, in the order of `LoRAState`.
    private var parameters: [Int: [Float]] = [:]
    /// Those of the adapter that the job started from; nil for a fresh one.
    private let start: [Float]?

    /// Plans what to keep.
    ///
    /// - Parameters:
    ///   - job: Says which contenders to make.
    ///   - stepCounts: Steps done at the end of each epoch.
    ///   - trainer: Has the parameters that the job starts from; not yet those of a save.
    init(_ job: FinetuneJob, stepCounts: [Int], trainer: Trainer) {
        kinds = job.settings.contenders
        self.stepCounts = stepCounts
        let last = stepCounts.count
        wanted =
            kinds.contains(.epochs)
            ? Array(1..<max(last, 1)) : kinds.contains(.average) && last > 1 ? [last - 1] : []
        start = kinds.contains(.average) && last == 1 && job.start != nil ? Self.values(of: trainer) : nil
    }

    /// Keeps the parameters if a wanted epoch has just ended.
    mutating func note(stepCount: Int, _ trainer: Trainer) {
        for epoch in wanted where stepCounts[epoch - 1] == stepCount {
            parameters[epoch] = Self.values(of: trainer)
        }
    }

    /// What a training save holds of them.
    var files: [FileContent] {
        parameters.sorted { $0.key < $1.key }.map { epoch, values in
            FileContent(name: Self.name(epoch), bytes: values.withUnsafeBytes { Array($0) })
        }
    }

    /// Reads the ends of epochs back from a save.
    ///
    /// - Parameters:
    ///   - path: The save's directory, its hashes checked by the store.
    ///   - stepCount: Steps that it has done.
    ///   - trainer: Says how many parameters there are.
    /// - Throws: `EngineError` `invalid_request` for a file of another size; an error of the system for one
    ///   that is missing.
    mutating func read(_ path: String, stepCount: Int, _ trainer: Trainer) throws {
        let count = trainer.lora.parameters.count
        for epoch in wanted where stepCounts[epoch - 1] <= stepCount {
            let data = try Data(contentsOf: URL(filePath: path).appending(path: Self.name(epoch)))
            guard data.count == count * MemoryLayout<Float>.stride else {
                throw EngineError(
                    .invalidRequest,
                    "cannot resume from \(path): \(Self.name(epoch)) has \(data.count) bytes, expected "
                        + "\(count * MemoryLayout<Float>.stride); remove the directory to start the phase over"
                )
            }
            var values = [Float](repeating: 0, count: count)
            values.withUnsafeMutableBytes { target in data.withUnsafeBytes { target.copyMemory(from: $0) } }
            parameters[epoch] = values
        }
    }

    /// The contenders of a job whose steps are all done, in order of time; empty when there is only one.
    ///
    /// - Parameters:
    ///   - trainer: Has the last parameters.
    ///   - files: Makes an adapter's files of parameters.
    /// - Returns: The contenders, the average last.
    func contenders(_ trainer: Trainer, files: ([Float]) throws -> [FileContent]) rethrows -> [Contender] {
        let last = stepCounts.count
        let end = Self.values(of: trainer)
        var contenders: [Contender] = []
        if kinds.contains(.epochs) {
            for epoch in wanted {
                guard let values = parameters[epoch] else { continue }
                contenders.append(Contender(name: "epoch \(epoch)", files: try files(values)))
            }
        }
        contenders.append(Contender(name: "epoch \(last)", files: try files(end)))
        if kinds.contains(.average), let other = start ?? parameters[last - 1] {
            let mean = zip(other, end).map { ($0 + $1) / 2 }
            contenders.append(Contender(name: "average", files: try files(mean)))
        }
        return contenders.count > 1 ? contenders : []
    }

    private static func name(_ epoch: Int) -> String { "epoch-\(epoch).f32" }

    private static func values(of trainer: Trainer) -> [Float] { Array(trainer.lora.parameters.all) }
}
