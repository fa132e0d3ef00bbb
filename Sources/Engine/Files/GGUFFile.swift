import Foundation

/// A GGUF file, version 3 (or 2, which differs in nothing read here): metadata, and where its tensors are.
///
/// Format: the GGUF specification of ggml. Everything is checked before it is used: counts are capped, sums
/// and products cannot overflow, tensors are aligned, inside the file and do not overlap, and names are
/// unique.
struct GGUFFile: Sendable {
    /// A tensor's place in the file.
    struct Tensor: Sendable {
        /// How its values are stored.
        var type: TensorType
        /// Row-major shape: the file's dimensions, outermost first.
        var shape: [Int]
        /// Its bytes in its file.
        var range: Range<Int>
        /// Which of the model's files that is.
        var part = 0
    }

    /// Most metadata keys, and most tensors.
    private static let mostEntries: UInt64 = 1 << 16
    private static let mostValues = 1 << 40

    /// The file, or the first of a model in several parts, which has the metadata.
    let file: MappedFile
    /// All files of the model, in order.
    let parts: [MappedFile]
    let metadata: [String: GGUFValue]
    /// Where each metadata entry is in the file: key, type and value.
    let entries: [String: Range<Int>]
    let tensors: [String: Tensor]

    /// What one file holds.
    typealias Contents = (
        metadata: [String: GGUFValue], entries: [String: Range<Int>], tensors: [String: Tensor]
    )

    /// Reads the header of a mapped file, and of the other parts beside it if it is the first of several.
    ///
    /// - Throws: `EngineError` of code `model_truncated`, `model_malformed` or `unsupported_tensor_type`,
    ///   `model_missing` for a part that is not there.
    init(file: MappedFile) throws {
        let first = try Self.contents(of: file)
        parts = [file] + (try Self.otherParts(of: file, first.metadata))
        self.file = file
        (metadata, entries) = (first.metadata, first.entries)
        tensors = parts.count == 1 ? first.tensors : try Self.joined(first, parts)
    }

    /// A tensor's bytes.
    func bytes(of tensor: Tensor) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: parts[tensor.part].bytes[tensor.range])
    }

    /// Reads the header of one file.
    static func contents(of file: MappedFile) throws -> Contents {
        var cursor = GGUFCursor(file: file)
        let magic = file.bytes.prefix(4)
        guard GGUFHeader.hasMagic(magic) else {
            if let kind = FileKind.stranger(file.bytes.prefix(256)) {
                throw EngineError(.modelMalformed, "cannot read model \(file.name): \(kind)")
            }
            throw EngineError(
                magic.count < 4 ? .modelTruncated : .modelMalformed,
                "cannot read model \(file.name): it begins with \(Array(magic)), not with \"GGUF\"; "
                    + "give a GGUF file or a Hugging Face directory"
            )
        }
        _ = try cursor.number(UInt32.self)
        let version: UInt32 = try cursor.number()
        guard GGUFHeader.versions.contains(version) else {
            throw EngineError(
                .modelMalformed,
                "cannot read model \(file.name): GGUF version is \(version), expected 2 or 3; convert it again"
            )
        }
        cursor.field = "tensor count"
        let tensorCount = try cursor.count(width: 24, most: mostEntries, of: "tensors")
        cursor.field = "metadata count"
        let metadataCount = try cursor.count(width: 13, most: mostEntries, of: "keys")
        let (metadata, entries) = try readMetadata(&cursor, count: metadataCount)
        let alignment = try alignment(metadata, cursor)
        let tensors = try readTensors(&cursor, count: tensorCount, alignment: alignment)
        return (metadata, entries, tensors)
    }

    private static func readMetadata(
        _ cursor: inout GGUFCursor,
        count: Int
    ) throws -> (values: [String: GGUFValue], entries: [String: Range<Int>]) {
        var metadata: [String: GGUFValue] = [:]
        var entries: [String: Range<Int>] = [:]
        for index in 0..<count {
            cursor.field = "metadata key \(index)"
            let start = cursor.offset
            let key = try cursor.string()
            cursor.field = key
            let type: UInt32 = try cursor.number()
            let value = try GGUFValue(from: &cursor, type: type)
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw cursor.malformed("the key is there twice")
            }
            entries[key] = start..<cursor.offset
        }
        return (metadata, entries)
    }

    private static func alignment(_ metadata: [String: GGUFValue], _ cursor: GGUFCursor) throws -> Int {
        guard let value = metadata["general.alignment"] else { return 32 }
        guard case .integer(let alignment) = value, alignment > 0, alignment <= 1 << 20,
            alignment & (alignment - 1) == 0
        else {
            var cursor = cursor
            cursor.field = "general.alignment"
            throw cursor.malformed("\(value) is not a power of two up to 1048576")
        }
        return Int(alignment)
    }

    private static func readTensors(
        _ cursor: inout GGUFCursor,
        count: Int,
        alignment: Int
    ) throws -> [String: Tensor] {
        var headers: [(name: String, type: TensorType, shape: [Int], offset: Int, byteCount: Int)] = []
        for index in 0..<count {
            cursor.field = "tensor \(index)"
            let name = try cursor.string()
            cursor.field = "tensor \(name)"
            let dimensionCount: UInt32 = try cursor.number()
            guard (1...4).contains(dimensionCount) else {
                throw cursor.malformed("\(dimensionCount) dimensions, expected 1...4")
            }
            let dimensions = try (0..<dimensionCount).map { _ in try cursor.number(UInt64.self) }
            let rawType: UInt32 = try cursor.number()
            guard let type = TensorType(rawValue: rawType) else {
                throw EngineError(
                    .unsupportedTensorType,
                    "cannot read model \(cursor.file.name): tensor \(name) has \(TensorType.name(of: rawType)); "
                        + "use a file of \(TensorType.readable)"
                )
            }
            let (shape, byteCount) = try size(of: dimensions, type: type, cursor)
            let offset: UInt64 = try cursor.number()
            guard offset % UInt64(alignment) == 0, offset < 1 << 62 else {
                throw cursor.malformed("offset \(offset) is out of range or not a multiple of \(alignment)")
            }
            headers.append((name, type, shape, Int(offset), byteCount))
        }
        let start = (cursor.offset + alignment - 1) / alignment * alignment
        return try place(headers, start: start, cursor)
    }

    private static func size(
        of dimensions: [UInt64],
        type: TensorType,
        _ cursor: GGUFCursor
    ) throws -> (shape: [Int], byteCount: Int) {
        var values = 1
        for dimension in dimensions {
            guard dimension > 0, dimension <= UInt64(mostValues) else {
                throw cursor.malformed("dimension \(dimension) is out of range")
            }
            let (product, overflow) = values.multipliedReportingOverflow(by: Int(dimension))
            guard !overflow, product <= mostValues else {
                throw cursor.malformed("dimensions \(dimensions) hold more than \(mostValues) values")
            }
            values = product
        }
        guard Int(dimensions[0]) % type.blockValueCount == 0 else {
            throw cursor.malformed(
                "rows of \(dimensions[0]) values do not fill blocks of \(type.blockValueCount)"
            )
        }
        let byteCount = values / type.blockValueCount * type.blockByteCount
        return (dimensions.reversed().map { Int($0) }, byteCount)
    }

    private static func place(
        _ headers: [(name: String, type: TensorType, shape: [Int], offset: Int, byteCount: Int)],
        start: Int,
        _ cursor: GGUFCursor
    ) throws -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        var end = start
        var cursor = cursor
        for header in headers.sorted(by: { ($0.offset, $0.name) < ($1.offset, $1.name) }) {
            cursor.field = "tensor \(header.name)"
            let first = start + header.offset
            guard first >= end else {
                throw cursor.malformed("offset \(header.offset) overlaps the tensor before it")
            }
            end = first + header.byteCount
            guard end <= cursor.file.bytes.count else {
                throw EngineError(
                    .modelTruncated,
                    "cannot read model \(cursor.file.name): it ends at byte \(cursor.file.bytes.count) inside "
                        + "tensor \(header.name) (\(first)..<\(end)); get the file again"
                )
            }
            let tensor = Tensor(type: header.type, shape: header.shape, range: first..<end)
            guard tensors.updateValue(tensor, forKey: header.name) == nil else {
                throw cursor.malformed("the name is there twice")
            }
        }
        return tensors
    }
}
