/// The model card, README.md, of a checkpoint's directory and of every export.
///
/// It depends on what the journal holds alone, never on a clock, so that the same export has the same bytes.
package struct ModelCard {
    let form: ExportForm
    /// The base model's name; may hold anything.
    let base: String
    /// The base model, if the journal is bound to one.
    let model: ModelIdentity?
    let checkpoint: CheckpointID
    /// From the base model to the checkpoint.
    let line: CheckpointLine

    /// Joins what the card rests on.
    package init(
        form: ExportForm,
        base: String,
        model: ModelIdentity?,
        checkpoint: CheckpointID,
        line: CheckpointLine
    ) {
        self.form = form
        self.base = base
        self.model = model
        self.checkpoint = checkpoint
        self.line = line
    }

    /// The card.
    func text() -> String {
        let parts = [frontMatter, heading, origin, verdict, rounds, data, evaluation, limits]
        return parts.joined().joined(separator: "\n") + "\n"
    }

    /// The file.
    package var file: FileContent { FileContent(name: FileName.modelCard, bytes: Array(text().utf8)) }

    private var frontMatter: [String] {
        var lines = ["---"]
        if checkpoint != .base {
            lines.append("base_model: \(CardText.yaml(base))")
            lines.append("base_model_relation: \(form == .adapter ? "adapter" : "finetune")")
        }
        switch form {
        case .adapter: lines.append("library_name: peft")
        case .merged, .hf: lines.append("library_name: transformers")
        case .gguf: lines.append("library_name: gguf")
        }
        if let license = model?.license { lines.append("license: \(CardText.yaml(license))") }
        lines += ["pipeline_tag: text-generation", "tags:", "- autodidact", "- self-improvement"]
        if form == .adapter { lines.append("- lora") }
        return lines + ["---", ""]
    }

    private var heading: [String] {
        let name = CardText.code(base)
        guard checkpoint != .base else {
            return ["# \(name), exported by Autodidact", "", "\(whole). Nothing was fine-tuned.", ""]
        }
        let what =
            form == .adapter
            ? "A LoRA adapter in PEFT's format" : "\(whole), checkpoint \(checkpoint) merged into it"
        return [
            "# \(name), checkpoint \(checkpoint) of Autodidact",
            "",
            "\(what).",
            "",
            "The model taught itself: in each round it answered questions several times, a majority vote picked an answer to",
            "each, a filter chose what to learn from, and LoRA fine-tuning did the learning.",
            "",
        ]
    }

    private var whole: String {
        form == .gguf
            ? "The whole model as one GGUF file, matrices in bf16 and norms in f32"
            : "The whole model as a Hugging Face directory in bf16"
    }

    private var origin: [String] {
        var lines = ["- Base model: \(CardText.code(base))"]
        if let model {
            lines.append("- Its parameters: \(CardText.count(model.parameterCount))")
            lines.append("- SHA-256 of its weight files: \(CardText.code(model.sha256))")
        }
        let license = model?.license.map { "\(CardText.code($0)), by its own metadata" }
        lines.append(
            "- Its licence: \(license ?? "not named in its metadata; look it up before you pass this on")"
        )
        return lines + [""]
    }

    /// Says at once when the gate has not promoted the checkpoint.
    private var verdict: [String] {
        guard let round = line.newest?.round else { return [] }
        switch round.outcome {
        case .promoted: return []
        case nil:
            return [
                "This card was written before the gate had decided; `autodidact export` writes one that holds the scores.",
                "",
            ]
        case .rejected:
            let reasons = round.report.gate?.failures.joined(separator: "; ")
            return [
                "**The gate rejected this checkpoint**: \(reasons ?? "see the journal"). It was never the current one.",
                "",
            ]
        case .abandoned, .failed, .noData:
            return ["**This checkpoint was never promoted**: its round ended before a verdict.", ""]
        }
    }

    private var limits: [String] {
        var lines = ["## Known limits", ""]
        if checkpoint != .base {
            lines += [
                "- What it learned from was written by the model and chosen by vote and filter, not checked by people. It can",
                "  be confidently wrong, and more so after training on its own mistakes.",
                "- It was tuned and measured on one kind of question, with one way of asking and of reading the answer. What",
                "  became of its other abilities, other languages and its manners was not measured.",
                "- The gate's questions chose which checkpoints stay, so that their scores flatter. Those of split `test`",
                "  decided nothing; they are few, hence the intervals.",
            ]
        }
        if form != .adapter {
            lines += [
                "- Weights were rounded to bf16 once, after merging in f32. Where the base file is quantized, they are its",
                "  widened values, not those of the model it was made from.",
            ]
        }
        return lines + ["- The base model's limits and licence hold for this one, too."]
    }
}
