import Foundation
import Loop

/// What the journal adds to an adapter: `round.json` for programs and a model card for people.
///
/// Both depend on the round's content alone, never on a clock, so that an interrupted and repeated round
/// ends with the same bytes.
struct CheckpointCard {
    let round: RoundRecord
    let checkpoint: CheckpointID
    let model: ModelIdentity?

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
        /// SHA-256 of every other file.
        let files: [String: String]

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case round, checkpoint, parent, seed, configuration, report, model, files
        }
    }

    /// The adapter's files, then the two that describe them.
    func added(to files: [FileContent]) throws -> [FileContent] {
        let config = files.first { $0.name == "adapter_config.json" }
        let card = FileContent(name: "README.md", bytes: Array(text(base: baseName(config)).utf8))
        let hashes = (files + [card]).map { ($0.name, FileDigest.hex($0.bytes)) }
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
            files: Dictionary(uniqueKeysWithValues: hashes)
        )
        let json = try StoredJSON.text(manifest, isPretty: true) + "\n"
        return files + [card, FileContent(name: "round.json", bytes: Array(json.utf8))]
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

    private func text(base: String) -> String {
        let settings = round.configuration
        let policy = settings.select.policy.rawValue
        // A JSON string is a YAML string, whatever the name holds.
        let quoted = (try? StoredJSON.text(base)) ?? "unknown"
        var lines = [
            "---",
            "base_model: \(quoted)",
            "base_model_relation: adapter",
            "library_name: peft",
            "pipeline_tag: text-generation",
            "tags:",
            "- lora",
            "- self-improvement",
            "- autodidact",
            "---",
            "",
            "# Checkpoint \(checkpoint)",
            "",
            "A LoRA adapter that round \(round.id) fine-tuned on the model's own answers.",
            "",
            "| | |",
            "| --- | --- |",
            "| round | \(round.id) |",
            "| parent checkpoint | \(round.parent == .base ? "base model" : "\(round.parent)") |",
            "| seed | \(round.seed) |",
            "| selection policy | \(policy), keeping \(settings.select.keep) % |",
            "| fine-tuning | rank \(settings.finetune.rank), alpha \(settings.finetune.alpha), "
                + "learning rate \(settings.finetune.learningRate), epochs \(settings.finetune.epochs) |",
        ]
        let counts: [(String, Int?)] = [
            ("candidates generated", round.report.generatedCount),
            ("candidates selected", round.report.selectedCount),
            ("optimizer steps", round.report.stepCount),
        ]
        for (name, count) in counts {
            if let count { lines.append("| \(name) | \(count) |") }
        }
        lines += [
            "",
            "The text it learned from was written by the model and chosen by majority vote, not checked by people:",
            "it can be confidently wrong, and was tuned for the kind of question it was trained on. Whether the gate",
            "promoted it, and its scores, stand in the journal; `round.json` holds the configuration and SHA-256 of",
            "each file.",
            "",
        ]
        return lines.joined(separator: "\n")
    }
}
