import Foundation
package import Loop

/// What a model is and what memory it takes, from header and tokenizer alone: no weight is read or hashed.
package struct ModelOutline: Sendable {
    /// The file's name without `.gguf`, or the directory's.
    package let name: String
    /// What the model is.
    package let description: ModelDescription
    /// Its chat template, if it has one.
    package let chat: ModelChat

    /// Reads a model's outline.
    ///
    /// - Parameters:
    ///   - path: A GGUF file or a Hugging Face directory.
    ///   - families: The families that are known.
    /// - Returns: The outline.
    /// - Throws: `EngineError` when the model cannot be used, with file, reason and remedy.
    package static func read(_ path: String, families: Families = .standard) throws -> ModelOutline {
        guard FileManager.default.fileExists(atPath: path) else {
            throw EngineError(
                .modelMissing,
                "there is no model at \(path): give a GGUF file or a Hugging Face directory"
            )
        }
        let (description, source, name) = try ModelTokens.header(path, families)
        let tokenizer = try Tokenizers.make(source)
        let chat = ModelChat(source, place: path, tokenizer: tokenizer)
        return ModelOutline(name: name, description: description, chat: chat)
    }

    /// Bytes of some parameters while candidates are written.
    ///
    /// - Parameters:
    ///   - parameterCount: Parameters.
    ///   - precision: How to compute.
    /// - Returns: Bytes.
    package static func writingByteCount(of parameterCount: Int, _ precision: Precision) -> Int {
        EmbeddedEngine.generationFormat(precision).byteCount(of: parameterCount)
    }

    /// Bytes of some parameters in fine-tuning.
    ///
    /// - Parameters:
    ///   - parameterCount: Parameters.
    ///   - precision: How to compute.
    /// - Returns: Bytes.
    package static func trainingByteCount(of parameterCount: Int, _ precision: Precision) -> Int {
        EmbeddedEngine.trainingFormat(precision).byteCount(of: parameterCount)
    }

    /// The most that keys and values take while candidates are written.
    package static var mostCacheByteCount: Int { GenerationPlan.cacheByteLimit }

    /// Bytes that fine-tuning takes: weights, what the backward pass needs of the forward pass, gradients,
    /// the adapter with its optimizer.
    ///
    /// - Parameters:
    ///   - settings: Longest text, rank and layers of the adapter.
    ///   - precision: How to compute.
    /// - Returns: Bytes.
    package func finetuningByteCount(_ settings: FinetuneSettings, _ precision: Precision) -> Int {
        let c = description.numbers
        let rows = max(Trainer.rowLimit, settings.maxTokens)
        let (wide, inner, query) = (description.projectedWidth, c.gateUpWidth, description.mixedWidth)
        let modules = description.present(settings.targetModules)
        // As `Tape` has them.
        var layer = 2 * c.hiddenSize + wide + query + inner
        if description.hasHeadNorms { layer += query + c.keyValueWidth }
        if description.hasBranches { layer += 2 * c.hiddenSize }
        // Keys and values, and x Aᵀ of every module.
        layer += 2 * c.keyValueWidth + settings.rank * modules.count
        // Gradients and the pass itself, which all layers share.
        let shared = 10 * c.hiddenSize + 2 * wide + 2 * query + 2 * inner + 2 * c.intermediateSize
        let logits = Trainer.logitRows * c.vocabularyCount * (description.logitSoftCap == nil ? 1 : 2)
        let adapter = settings.rank * description.sizes(of: Set(modules))
        // Ends of epochs, and the adapters that are made of them.
        let contenders =
            settings.contenders.contains(.epochs)
            ? 2 * settings.epochs + 2 : settings.contenders.isEmpty ? 0 : 4
        let floats =
            rows * (c.layerCount * layer + shared) + logits + (4 + contenders) * adapter
        return Self.trainingByteCount(of: description.parameterCount, precision)
            + floats * MemoryLayout<Float>.stride
    }
}
