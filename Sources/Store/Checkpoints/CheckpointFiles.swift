import Foundation
import Loop

/// What the journal adds to an adapter: `round.json` for programs and a model card for people.
///
/// Both depend on the round's content alone, never on a clock, so that an interrupted and repeated round
/// ends with the same bytes.
struct CheckpointFiles {
    let round: RoundRecord
    let checkpoint: CheckpointID
    let model: ModelIdentity?
    /// From the base model to the round.
    let line: CheckpointLine

    static let manifestName = "round.json"

    /// What `round.json` holds.
    private struct Manifest: Encodable {
        let schemaVersion = 1
        let round: RoundID
        let checkpoint: CheckpointID
        let parent: CheckpointID
        let seed: UInt64
        let configuration: RoundConfiguration
        let report: RoundReport
        let model: ModelIdentity?
        /// SHA-256 of the adapter's files; an export brings a model card of its own.
        let files: [String: String]

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case round, checkpoint, parent, seed, configuration, report, model, files
        }
    }

    /// The adapter's files, then the two that describe them.
    func added(to files: [FileContent]) throws -> [FileContent] {
        let config = files.first { $0.name == FileName.adapterConfiguration }
        let card = ModelCard(
            form: .adapter,
            base: baseName(config),
            model: model,
            checkpoint: checkpoint,
            line: line
        )
        var report = round.report
        report.secondsPerPhase = [:]
        report.failure = nil
        let manifest = Manifest(
            round: round.id,
            checkpoint: checkpoint,
            parent: round.parent,
            seed: round.seed,
            configuration: round.configuration,
            report: report,
            model: model,
            files: files.digests
        )
        let json = try StoredJSON.text(manifest, isPretty: true) + "\n"
        return files + [card.file, FileContent(name: Self.manifestName, bytes: Array(json.utf8))]
    }

    /// The name PEFT finds the base model by, else the bound model's.
    private func baseName(_ config: FileContent?) -> String {
        struct Config: Decodable {
            let base_model_name_or_path: String?
        }
        let named = config.flatMap { try? JSONDecoder().decode(Config.self, from: Data($0.bytes)) }
        if let name = named?.base_model_name_or_path, !name.isEmpty { return name }
        return model?.name ?? "unknown"
    }
}
