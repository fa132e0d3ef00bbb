package import ControlAPI

extension Renderer {
    /// What `models` shows: a row for each model that is known.
    package func models(_ reply: KnownModelsReply) -> [String] {
        var table = Table([
            Table.Column("FAMILY"), Table.Column("MODEL"), Table.Column("PARAMETERS", right: true),
            Table.Column("GENERATION", right: true, keep: 3),
            Table.Column("FINE-TUNING", right: true, keep: 2),
            Table.Column("COMPARED", least: 12, keep: 1),
        ])
        table.rows = reply.models.map { model in
            [
                Cell(model.family), Cell(model.name), Cell(Self.millions(model.parameterCount)),
                Cell(Format.bytes(model.generationByteCount)), Cell(Format.bytes(model.trainingByteCount)),
                Cell(Self.compared(model.evidence)),
            ]
        }
        let others = reply.families.filter { family in !reply.models.contains { $0.family == family } }
        var notes = [
            "Memory is that of the weights alone, with engine.precision \(reply.precision) on this machine.",
            "\"autodidact models PATH\" looks at a model that you have.",
        ]
        if !others.isEmpty { notes.insert("Other families: \(others.joined(separator: ", ")).", at: 0) }
        return lines(table) + [""] + notes.flatMap { paragraph("", $0, labelWidth: 0) }
    }

    /// What `models PATH` shows.
    package func model(_ reply: ModelReply) -> [String] {
        let memory = reply.memory
        var lines = field(
            "model",
            [
                reply.name, "\(reply.family) (\(reply.modelClass))",
                "\(Self.millions(reply.parameterCount)) parameters",
                "context \(Format.count(reply.contextLength)) tokens",
            ]
        )
        lines += paragraph("chat", Self.chat(reply.chat))
        if let fault = reply.chatFault { lines += paragraph("template", fault) }
        lines += field(
            "generation",
            [
                "weights \(Format.bytes(memory.generationByteCount)) (engine.precision \(memory.precision))",
                "keys and values up to \(Format.bytes(memory.cacheByteCount))",
            ]
        )
        lines += field(
            "fine-tuning",
            [
                "\(Format.bytes(memory.trainingByteCount)) in all",
                "texts up to \(Format.count(memory.trainingTokenCount)) tokens",
            ]
        )
        let allowed = "\(Format.bytes(memory.allowedByteCount)) allowed by \(memory.source)"
        lines += field("memory", [allowed, memory.isEnough ? "enough" : "not enough: use a smaller model"])
        return lines
    }

    /// What the memory of a model comes to, on one line.
    static func memory(_ memory: ModelMemory) -> String {
        "generation \(Format.bytes(memory.generationByteCount)) and up to \(Format.bytes(memory.cacheByteCount)) of keys and "
            + "values, fine-tuning \(Format.bytes(memory.trainingByteCount)); \(Format.bytes(memory.allowedByteCount)) "
            + "allowed by \(memory.source)"
    }

    private static func millions(_ count: Int) -> String {
        "\(Format.number(Double(count) / 1e6, decimals: count < 10_000_000 ? 1 : 0)) M"
    }

    private static func compared(_ evidence: String) -> String {
        switch evidence {
        case "whole": "itself, with transformers and PEFT"
        case "tiny": "a tiny one of its class, with transformers and PEFT"
        default: evidence
        }
    }

    private static func chat(_ chat: String) -> String {
        switch chat {
        case "chat": "made for chats: prompt.format auto is chat"
        case "template":
            "a chat template, but it does not stop where that ends an answer: prompt.format auto is plain"
        case "plain": "no chat template: prompt.format auto is plain"
        default: chat
        }
    }
}
