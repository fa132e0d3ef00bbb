import Crypto
import Foundation
import Loop

/// A job's files: what the trainer reads, its saves, and its result.
///
/// Named by the job's digest, so that the same job, asked for again, finds what was done of it.
struct JobDirectory {
    /// Absolute path.
    let path: String
    private let digest: String

    /// The directory of a job below the engine's own.
    init(_ digest: String, in directory: String) {
        self.digest = digest
        path = "\(directory)/jobs/\(digest.prefix(16))"
    }

    var plan: String { path + "/plan.json" }
    var samples: String { path + "/samples.jsonl" }
    var adapter: String { path + "/adapter" }
    var progress: String { path + "/progress.jsonl" }
    var result: String { path + "/result" }

    /// Writes plan, samples and starting adapter, and removes the directories of other jobs.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - samples: All samples, those too long included.
    ///   - isPlain: Whether the job is cross-entropy on single samples.
    ///   - start: The starting adapter's files.
    /// - Throws: `ScaleOutError` `file_failed`.
    func write(
        _ plan: TrainerPlan,
        samples: [TokenizedSample],
        isPlain: Bool,
        start: [FileContent]
    ) throws {
        let files = FileManager.default
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let jobs = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
            for name in (try? files.contentsOfDirectory(atPath: jobs)) ?? [] where !path.hasSuffix("/" + name)
            {
                try files.removeItem(atPath: jobs + "/" + name)
            }
            // Not what lies above: the state directory may have been moved away.
            for place in [jobs, path, adapter] where !files.fileExists(atPath: place) {
                try files.createDirectory(atPath: place, withIntermediateDirectories: false)
            }
            for file in start {
                try Data(file.bytes).write(to: URL(filePath: adapter + "/" + file.name), options: .atomic)
            }
            var lines = Data()
            for sample in samples {
                lines += try encoder.encode(TrainerSample(sample, isPlain: isPlain)) + Data("\n".utf8)
            }
            try lines.write(to: URL(filePath: self.samples), options: .atomic)
            try encoder.encode(plan).write(to: URL(filePath: self.plan), options: .atomic)
        } catch {
            throw ScaleOutError(
                .fileFailed,
                "cannot write the job \(path): \(error); check the disk",
                cause: error
            )
        }
    }

    /// The trainer's result, its files' hashes checked; nil when there is none of this job.
    ///
    /// - Throws: `ScaleOutError` `trainer_failed` for a damaged result, which is removed; `file_failed` for one
    ///   that cannot be read now, which stays: hours of training are in it.
    func finished() throws -> TrainerResult? {
        let files = FileManager.default
        guard files.fileExists(atPath: result + "/manifest.json") else { return nil }
        do {
            let manifest = try Data(contentsOf: URL(filePath: result + "/manifest.json"))
            for (name, known) in try JSONDecoder().decode([String: String].self, from: manifest) {
                let data = try Data(contentsOf: URL(filePath: result + "/" + name))
                guard SHA256.hash(data: data).hex == known else {
                    throw ScaleOutError(.trainerFailed, "\(result)/\(name) is not what the trainer wrote")
                }
            }
            let data = try Data(contentsOf: URL(filePath: result + "/result.json"))
            let result = try JSONDecoder().decode(TrainerResult.self, from: data)
            return result.digest == digest ? result : nil
        } catch {
            let isMissing = (error as? CocoaError)?.code == .fileReadNoSuchFile
            guard isMissing || error is ScaleOutError || error is DecodingError else {
                throw ScaleOutError(
                    .fileFailed,
                    "cannot read the trainer's result \(result): \(error); check the disk",
                    cause: error
                )
            }
            try? files.removeItem(atPath: result)
            throw error is ScaleOutError
                ? error
                : ScaleOutError(
                    .trainerFailed,
                    "the trainer's result \(result) cannot be read: \(error)",
                    cause: error
                )
        }
    }
}
