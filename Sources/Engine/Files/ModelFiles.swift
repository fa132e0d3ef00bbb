import Foundation

/// A model's files, opened and checked: a GGUF file or a Hugging Face directory.
///
/// Weights stay in the mapped files and are widened on demand.
package struct ModelFiles: Sendable {
    enum Source: Sendable {
        case gguf(GGUFFile)
        case huggingFace(HuggingFaceDirectory)
    }

    /// What the model is.
    package let description: ModelDescription
    /// The file's name without `.gguf`, or the directory's.
    package let name: String
    /// SHA-256 over the weight files in order of their names, lower-case hex.
    package let sha256: String
    /// SHA-256 of each file that is used, by its name.
    package let fileDigests: [String: String]
    /// Where the tokenizer comes from.
    package let tokenizerSource: TokenizerSource
    let source: Source
    private let harmlessChanges = HarmlessChanges()

    /// Number of parameters; a tied embedding counts once.
    package var parameterCount: Int { description.parameterCount }

    /// The numbers that shape the model.
    package var configuration: ModelConfiguration { description.numbers }

    /// Opens a model, checks its header and every tensor's shape, and hashes its weights.
    ///
    /// - Parameters:
    ///   - path: A `.gguf` file or a Hugging Face directory.
    ///   - families: The families that are known.
    /// - Returns: The open model.
    /// - Throws: `EngineError` naming file, field, value and remedy.
    package static func open(_ path: String, families: Families = .standard) throws -> ModelFiles {
        var isDirectory = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw EngineError(
                .modelMissing,
                "there is no model at \(path): give a GGUF file or a Hugging Face directory (key model)"
            )
        }
        return isDirectory.boolValue
            ? try ModelFiles(directory: HuggingFaceDirectory(path: path, families: families))
            : try ModelFiles(gguf: GGUFFile(file: MappedFile(path: path)), families: families)
    }

    private init(gguf: GGUFFile, families: Families) throws {
        description = try families.describe(gguf)
        tokenizerSource = .gguf(try gguf.tokenizer(vocabularyCount: description.numbers.vocabularyCount))
        let file = gguf.file.name
        name = gguf.modelName
        source = .gguf(gguf)
        try Self.check(gguf.tensors.mapValues(\.shape), description, file: file, .gguf)
        (sha256, fileDigests) = MappedFile.digests(of: gguf.parts)
        try checkNumbers()
    }

    private init(directory: HuggingFaceDirectory) throws {
        description = directory.description
        tokenizerSource = .huggingFace(directory.tokenizer)
        name = directory.name
        source = .huggingFace(directory)
        try Self.check(
            directory.shapes,
            description,
            file: directory.name,
            .huggingFace
        )
        let digests = MappedFile.digests(of: directory.weightFiles)
        sha256 = digests.all
        fileDigests = digests.each.merging(directory.smallFileDigests) { weights, _ in weights }
        try checkTiedHead(directory)
        try checkNumbers()
    }

    /// Reads a whole tensor as f32.
    ///
    /// - Parameters:
    ///   - name: Which tensor.
    ///   - target: Room for exactly its values: row-major [out, in] with the rows of query and key in Hugging
    ///     Face's order (half-split rotary positions), or [C] for norms.
    /// - Throws: `EngineError` when the size differs or the model has no such tensor.
    package func read(_ name: TensorName, into target: UnsafeMutableBufferPointer<Float>) throws {
        try read(name, rows: 0..<(description.shape(of: name).first ?? 0), into: target)
    }

    /// Reads a whole tensor as f32 into a new array.
    ///
    /// - Parameter name: Which tensor.
    /// - Returns: Its values, laid out as `read(_:into:)` says.
    /// - Throws: `EngineError` when the model has no such tensor.
    package func read(_ name: TensorName) throws -> [Float] {
        let count = description.shape(of: name).reduce(1, *)
        return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            try read(name, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = count
        }
    }

    /// Reads some rows of a tensor as f32; a norm has C rows of one value.
    ///
    /// - Parameters:
    ///   - name: Which tensor.
    ///   - rows: Which rows, in Hugging Face's order.
    ///   - target: Room for exactly their values.
    /// - Throws: `EngineError` when a size differs or the model has no such tensor.
    package func read(
        _ name: TensorName,
        rows: Range<Int>,
        into target: UnsafeMutableBufferPointer<Float>
    ) throws {
        try readStored(name, rows: rows, into: target)
        try requireNumbers(target, of: name, firstRow: rows.lowerBound)
        let offset = offset(of: name)
        if offset != 0 { for index in target.indices { target[index] += offset } }
    }

    var format: ModelFormat {
        switch source {
        case .gguf: .gguf
        case .huggingFace: .huggingFace
        }
    }

    /// What the file's values lack to be what `read` gives.
    func offset(of name: TensorName) -> Float {
        guard case .huggingFace = source else { return 0 }
        return description.huggingFaceOffset(of: name)
    }

    /// Reads some rows as the file has them; see `read`.
    func readStored(
        _ name: TensorName,
        rows: Range<Int>,
        into target: UnsafeMutableBufferPointer<Float>
    ) throws {
        let shape = description.shape(of: name)
        let width = shape.dropFirst().reduce(1, *)
        guard let stored = stored(name), rows.lowerBound >= 0, rows.upperBound <= shape[0],
            target.count == rows.count * width
        else {
            throw EngineError(
                .invalidRequest,
                "cannot read rows \(rows) of \(name) into \(target.count) values: its shape is \(shape)"
            )
        }
        let rowBytes = stored.bytes.count / max(description.storedShape(of: name, in: format)[0], 1)
        let start = description.part(of: name, in: format)?.first ?? 0
        guard let order = ropeOrder(of: name) else {
            let part = stored.bytes[
                (start + rows.lowerBound) * rowBytes..<(start + rows.upperBound) * rowBytes
            ]
            return try CheckedKernels.dequantize(
                type: stored.type,
                from: UnsafeRawBufferPointer(rebasing: part),
                into: target
            )
        }
        for (index, row) in rows.enumerated() {
            let first = (start + order.storedRow(row)) * rowBytes
            try CheckedKernels.dequantize(
                type: stored.type,
                from: UnsafeRawBufferPointer(rebasing: stored.bytes[first..<first + rowBytes]),
                into: UnsafeMutableBufferPointer(rebasing: target[index * width..<(index + 1) * width])
            )
        }
    }

    /// Compares every used file with what was opened, by its path.
    ///
    /// - Throws: `EngineError` of code `model_changed`, naming the first file that differs or is missing.
    func checkUnchanged() throws {
        let stamps =
            switch source {
            case .gguf(let gguf): gguf.parts.map(\.stamp)
            case .huggingFace(let directory): directory.stamps
            }
        for stamp in stamps {
            let name = URL(fileURLWithPath: stamp.path).lastPathComponent
            try stamp.check(sha256: fileDigests[name], harmlessChanges)
        }
    }

    /// The model's tokenizer.
    ///
    /// - Throws: `EngineError` of code `tokenizer_unsupported`, also when it has more tokens than the
    ///   embedding rows.
    func tokenizer() throws -> any TextTokenizer {
        let tokenizer = try Tokenizers.make(tokenizerSource)
        guard tokenizer.vocabularyCount <= configuration.vocabularyCount else {
            throw EngineError(
                .tokenizerUnsupported,
                "cannot run model \(name): its tokenizer has \(tokenizer.vocabularyCount) tokens, its embedding "
                    + "\(configuration.vocabularyCount) rows; use tokenizer and weights of one model"
            )
        }
        return tokenizer
    }

    /// Frees the memory that reading the weights took.
    func releasePages() {
        switch source {
        case .gguf(let gguf): for file in gguf.parts { file.releasePages() }
        case .huggingFace(let directory): for file in directory.weightFiles { file.releasePages() }
        }
    }

    /// A tensor as it is in its file; nil where the model has none of its own.
    func stored(_ name: TensorName) -> (type: TensorType, bytes: UnsafeRawBufferPointer)? {
        switch source {
        case .gguf(let gguf):
            guard let key = description.ggufName(of: name), let tensor = gguf.tensors[key] else { return nil }
            return (tensor.type, gguf.bytes(of: tensor))
        case .huggingFace(let directory):
            guard let key = description.huggingFaceName(of: name),
                let (file, tensor) = directory.tensor(key)
            else { return nil }
            return (tensor.type, UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range]))
        }
    }

    private func ropeOrder(of name: TensorName) -> RopeOrder? {
        guard case .gguf = source else { return nil }
        return description.ropeOrder(of: name)
    }

    private static func isEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard let first = left.baseAddress, let second = right.baseAddress else {
            return left.count == right.count
        }
        return left.count == right.count && memcmp(first, second, left.count) == 0
    }

    /// A file that ties its output projection to the embedding and holds another one is not what it says.
    private func checkTiedHead(_ directory: HuggingFaceDirectory) throws {
        guard configuration.tiesEmbeddings, let key = description.huggingFaceName(of: .outputProjection),
            let (file, head) = directory.tensor(key),
            let place = description.huggingFaceName(of: .embedding),
            let (embeddingFile, embedding) = directory.tensor(place)
        else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[head.range])
        let own = UnsafeRawBufferPointer(rebasing: embeddingFile.bytes[embedding.range])
        let isEqual =
            head.type == embedding.type && head.shape == embedding.shape
            && Self.isEqual(bytes, own)
        guard !isEqual else { return }
        throw EngineError(
            .modelMalformed,
            "cannot read model \(name): config.json says tie_word_embeddings, but \(key) differs from \(place); set "
                + "tie_word_embeddings to false to use \(key), or remove that tensor to use the embedding"
        )
    }

    /// Compares a file's tensors with those the description asks for, by name and shape, both ways.
    private static func check(
        _ shapes: [String: [Int]],
        _ description: ModelDescription,
        file: String,
        _ format: ModelFormat
    ) throws {
        var left = Set(shapes.keys)
        for name in description.tensorNames {
            guard let key = description.name(of: name, in: format) else { continue }
            let expected = description.storedShape(of: name, in: format)
            guard let found = shapes[key] else {
                throw EngineError(
                    .modelMalformed,
                    "cannot read model \(file): tensor \(key) of shape \(expected) is missing; get it again"
                )
            }
            guard found == expected else {
                throw EngineError(
                    .modelMalformed,
                    "cannot read model \(file): tensor \(key) has shape \(found), expected \(expected); "
                        + "get it again"
                )
            }
            left.remove(key)
        }
        // Old Hugging Face files carry rotary tables that are computed here; a tied one may repeat its
        // embedding.
        let head = description.name(of: .outputProjection, in: format)
        left = left.filter { !$0.hasSuffix(".rotary_emb.inv_freq") && $0 != head }
        left.subtract(description.ggufRotaryTensors.keys)
        if let extra = left.min() {
            throw EngineError(
                .unsupportedArchitecture,
                "cannot run model \(file): tensor \(extra) is not part of a \(description.architecture) model; "
                    + "use one without extra biases or layers"
            )
        }
    }
}
