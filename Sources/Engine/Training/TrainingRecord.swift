import Foundation
import Loop

/// What a training save holds besides the numbers: the job's name and what was measured so far.
///
/// Files: `training.json` (this record) and `state.f32` (parameters, momentum, variance, little-endian, one
/// after the other in the order of `LoRAState`).
struct TrainingRecord: Codable {
    /// Names the job.
    var digest: String
    /// Loss per step done.
    var losses: [Double] = []
    /// Tokens run.
    var tokenCount = 0
    /// Samples that made a step not finite.
    var quarantined: [Int] = []

    /// The record and the trainer's state as files.
    func files(_ trainer: Trainer) throws -> [FileContent] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        var bytes: [UInt8] = []
        bytes.reserveCapacity(trainer.state.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride)
        for buffer in trainer.state { bytes.append(contentsOf: UnsafeRawBufferPointer(buffer.all)) }
        return [
            FileContent(name: "training.json", bytes: Array(try encoder.encode(self))),
            FileContent(name: "state.f32", bytes: bytes),
        ]
    }

    /// Reads a save back into a trainer.
    ///
    /// - Parameters:
    ///   - path: The save's directory, its hashes checked by the store.
    ///   - trainer: Takes parameters, momentum and variance.
    ///   - digest: The job that resumes.
    /// - Returns: The record.
    /// - Throws: `EngineError` `invalid_request` when the save is of another job or shape.
    static func read(_ path: String, into trainer: Trainer, digest: String) throws -> TrainingRecord {
        let folder = URL(filePath: path)
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        let record = try decoder.decode(
            TrainingRecord.self,
            from: try Data(contentsOf: folder.appending(path: "training.json"))
        )
        guard record.digest == digest else {
            throw EngineError(
                .invalidRequest,
                "cannot resume from \(path): it belongs to job \(record.digest.prefix(12)), this is "
                    + "\(digest.prefix(12)); remove the directory to start the phase over"
            )
        }
        let state = try Data(contentsOf: folder.appending(path: "state.f32"))
        let byteCount = trainer.state.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride
        guard state.count == byteCount else {
            throw EngineError(
                .invalidRequest,
                "cannot resume from \(path): state.f32 has \(state.count) bytes, expected \(byteCount); "
                    + "remove the directory to start the phase over"
            )
        }
        state.withUnsafeBytes { bytes in
            var offset = 0
            for buffer in trainer.state {
                let target = UnsafeMutableRawBufferPointer(buffer.all)
                target.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + target.count)])
                )
                offset += target.count
            }
        }
        return record
    }
}
