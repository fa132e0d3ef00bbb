import Crypto
import Foundation
import Loop

/// A model's files, opened and checked: a GGUF file or a Hugging Face directory.
///
/// Weights stay in the mapped files and are widened on demand.
package struct ModelFiles: Sendable {
    enum Source: Sendable {
        case gguf(GGUFFile)
        case huggingFace(HuggingFaceDirectory)
    }

    /// The numbers that shape the model.
    package let configuration: ModelConfiguration
    /// The file's name without `.gguf`, or the directory's.
    package let name: String
    /// SHA-256 over the weight files in order of their names, lower-case hex.
    package let sha256: String
    /// SHA-256 of each file that takes part, by its name.
    package let fileDigests: [String: String]
    /// Where the tokenizer comes from.
    package let tokenizerSource: TokenizerSource
    let source: Source

    /// Number of parameters; a tied embedding counts once.
    package var parameterCount: Int { configuration.parameterCount }

    /// Opens a model, checks its header and every tensor's shape, and hashes its weights.
    ///
    /// - Parameter path: A `.gguf` file or a Hugging Face directory.
    /// - Returns: The open model.
    /// - Throws: `EngineError` naming file, field, value and remedy.
    package static func open(_ path: String) throws -> ModelFiles {
        var isDirectory = ObjCBool(false)
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw EngineError(
                .modelMissing,
                "there is no model at \(path): give a GGUF file or a Hugging Face directory (key model)"
            )
        }
        return isDirectory.boolValue
            ? try ModelFiles(directory: HuggingFaceDirectory(path: path))
            : try ModelFiles(gguf: GGUFFile(file: MappedFile(path: path)))
    }

    private init(gguf: GGUFFile) throws {
        configuration = try gguf.configuration()
        tokenizerSource = .gguf(try gguf.tokenizer(vocabularyCount: configuration.vocabularyCount))
        let file = gguf.file.name
        name = file.hasSuffix(".gguf") ? String(file.dropLast(5)) : file
        source = .gguf(gguf)
        try Self.check(gguf.tensors.mapValues(\.shape), configuration, file: file) { $0.ggufName }
        sha256 = gguf.file.sha256
        fileDigests = [gguf.file.name: sha256]
    }

    private init(directory: HuggingFaceDirectory) throws {
        configuration = directory.configuration
        tokenizerSource = .huggingFace(directory.tokenizer)
        name = directory.name
        source = .huggingFace(directory)
        try Self.check(directory.shapes, configuration, file: directory.name) { $0.huggingFaceName }
        sha256 = Self.sha256(of: directory.weightFiles)
        fileDigests = directory.digests
    }

    /// Reads a whole tensor as f32.
    ///
    /// - Parameters:
    ///   - name: Which tensor.
    ///   - target: Room for exactly its values: row-major [out, in] with the rows of query and key in Hugging
    ///     Face's order (half-split rotary positions), or [C] for norms.
    /// - Throws: `EngineError` when the size differs or the model has no such tensor.
    package func read(_ name: TensorName, into target: UnsafeMutableBufferPointer<Float>) throws {
        try read(name, rows: 0..<(name.shape(in: configuration).first ?? 0), into: target)
    }

    /// Reads a whole tensor as f32 into a new array.
    ///
    /// - Parameter name: Which tensor.
    /// - Returns: Its values, laid out as `read(_:into:)` says.
    /// - Throws: `EngineError` when the model has no such tensor.
    package func read(_ name: TensorName) throws -> [Float] {
        let count = name.shape(in: configuration).reduce(1, *)
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
        let shape = name.shape(in: configuration)
        let width = shape.dropFirst().reduce(1, *)
        guard let stored = stored(name), rows.lowerBound >= 0, rows.upperBound <= shape[0],
            target.count == rows.count * width
        else {
            throw EngineError(
                .invalidRequest,
                "cannot read rows \(rows) of \(name) into \(target.count) values: its shape is \(shape)"
            )
        }
        let rowBytes = stored.bytes.count / max(shape[0], 1)
        guard let order = ropeOrder(of: name) else {
            let part = stored.bytes[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes]
            return try CheckedKernels.dequantize(
                type: stored.type,
                from: UnsafeRawBufferPointer(rebasing: part),
                into: target
            )
        }
        for (index, row) in rows.enumerated() {
            let first = order.storedRow(row) * rowBytes
            try CheckedKernels.dequantize(
                type: stored.type,
                from: UnsafeRawBufferPointer(rebasing: stored.bytes[first..<first + rowBytes]),
                into: UnsafeMutableBufferPointer(rebasing: target[index * width..<(index + 1) * width])
            )
        }
    }

    /// Compares every file that takes part with what was opened, by its path.
    ///
    /// - Throws: `EngineError` of code `model_changed`, naming the first file that differs or is gone.
    func checkUnchanged() throws {
        switch source {
        case .gguf(let gguf): try gguf.file.stamp.check()
        case .huggingFace(let directory): for stamp in directory.stamps { try stamp.check() }
        }
    }

    /// The model's tokenizer.
    ///
    /// - Throws: `EngineError` of code `tokenizer_unsupported`, also when it has more tokens than the embedding rows.
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

    /// Lets go of the memory that reading the weights took.
    func releasePages() {
        switch source {
        case .gguf(let gguf): gguf.file.releasePages()
        case .huggingFace(let directory): for file in directory.weightFiles { file.releasePages() }
        }
    }

    private func stored(_ name: TensorName) -> (type: TensorType, bytes: UnsafeRawBufferPointer)? {
        switch source {
        case .gguf(let gguf):
            guard let tensor = gguf.tensors[name.ggufName] else { return nil }
            return (tensor.type, UnsafeRawBufferPointer(rebasing: gguf.file.bytes[tensor.range]))
        case .huggingFace(let directory):
            guard let (file, tensor) = directory.tensor(name) else { return nil }
            return (tensor.type, UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range]))
        }
    }

    private func ropeOrder(of name: TensorName) -> RopeOrder? {
        guard case .gguf = source else { return nil }
        return RopeOrder(of: name, in: configuration)
    }

    /// Compares a file's tensors with those the configuration asks for, by name and shape, both ways.
    private static func check(
        _ shapes: [String: [Int]],
        _ configuration: ModelConfiguration,
        file: String,
        spelling: (TensorName) -> String
    ) throws {
        var left = Set(shapes.keys)
        for name in TensorName.all(for: configuration) {
            let key = spelling(name)
            let expected = name.shape(in: configuration)
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
        // Old Hugging Face files carry rotary tables that are computed here; a tied one may repeat its embedding.
        left = left.filter { !$0.hasSuffix(".rotary_emb.inv_freq") && $0 != spelling(.outputProjection) }
        if let extra = left.min() {
            throw EngineError(
                .unsupportedArchitecture,
                "cannot run model \(file): tensor \(extra) is no part of a plain Llama model; "
                    + "use one without biases or extra layers"
            )
        }
    }

    private static func sha256(of files: [MappedFile]) -> String {
        var hash = SHA256()
        for file in files { file.update(&hash) }
        return hash.finalize().hex
    }
}

/// The order in which GGUF files keep rows of query and key: pairs of rotary positions side by side.
struct RopeOrder {
    /// D, the width of one head.
    let headDimension: Int

    /// The order of a tensor's rows; nil for all but query and key, which keep Hugging Face's.
    init?(of name: TensorName, in configuration: ModelConfiguration) {
        guard case .layer(_, let tensor) = name, tensor == .query || tensor == .key else { return nil }
        headDimension = configuration.headDimension
    }

    /// Where Hugging Face's row stands in a GGUF file: row s·D/2 + j of a head is stored as 2j + s.
    func storedRow(_ row: Int) -> Int {
        let (head, inner) = row.quotientAndRemainder(dividingBy: headDimension)
        let (side, index) = inner.quotientAndRemainder(dividingBy: headDimension / 2)
        return head * headDimension + 2 * index + side
    }
}
