/// A safetensors file: named row-major tensors behind a JSON header.
///
/// Checked before use: header length, names unique, shapes and offsets agree without overflow, and the
/// tensors cover the data exactly, without holes or overlaps. Values are not checked: NaN is legal here.
struct SafetensorsFile: Sendable {
    /// A tensor's place in the file.
    struct Tensor: Sendable {
        /// F32, F16 or BF16.
        var type: TensorType
        /// Row-major shape.
        var shape: [Int]
        /// Its bytes in the file.
        var range: Range<Int>
    }

    private static let mostHeaderBytes: UInt64 = 100_000_000
    private static let mostValues = 1 << 40

    let file: MappedFile
    let tensors: [String: Tensor]
    /// The `__metadata__` of the header.
    let metadata: [String: String]

    /// Maps a file and reads its header.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - code: The code of errors about its content; adapters have their own.
    /// - Throws: `EngineError`.
    init(path: String, code: EngineError.Code = .modelMalformed) throws {
        let file = try MappedFile(path: path)
        let reader = HeaderReader(file: file, code: code)
        (tensors, metadata) = try reader.read()
        self.file = file
    }

    /// Widens a tensor to f32.
    func read(_ tensor: Tensor, into target: UnsafeMutableBufferPointer<Float>) throws {
        try CheckedKernels.dequantize(
            type: tensor.type,
            from: UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range]),
            into: target
        )
    }

    private struct HeaderReader {
        let file: MappedFile
        let code: EngineError.Code

        func read() throws -> ([String: Tensor], [String: String]) {
            guard file.bytes.count >= 8 else {
                throw failure("it has \(file.bytes.count) bytes, fewer than 8")
            }
            if let kind = FileKind.stranger(file.bytes.prefix(256)) {
                throw EngineError(code, "cannot read \(file.path): \(kind)")
            }
            let length = UInt64(littleEndian: file.bytes.loadUnaligned(as: UInt64.self))
            guard length <= mostHeaderBytes, Int(length) <= file.bytes.count - 8 else {
                throw failure("the header is \(length) bytes long in a file of \(file.bytes.count)")
            }
            let start = 8 + Int(length)
            guard length >= 2, file.bytes[8] == UInt8(ascii: "{") else {
                throw failure("the header does not begin with \"{\"")
            }
            let header: JSONValue
            do {
                header = try JSONParser.parse(UnsafeRawBufferPointer(rebasing: file.bytes[8..<start]))
            } catch {
                throw failure("the header is not JSON: \(error)", cause: error)
            }
            var tensors: [String: Tensor] = [:]
            var metadata: [String: String] = [:]
            for member in header.object ?? [] {
                if member.key == "__metadata__" {
                    metadata = try strings(member.value)
                } else {
                    tensors[member.key] = try tensor(member, start: start)
                }
            }
            try checkCover(tensors, start: start)
            return (tensors, metadata)
        }

        private func strings(_ value: JSONValue) throws -> [String: String] {
            guard let members = value.object else { throw failure("__metadata__ is not an object") }
            var result: [String: String] = [:]
            for member in members {
                guard let text = member.value.string else {
                    throw failure("__metadata__.\(member.key) is not a string")
                }
                result[member.key] = text
            }
            return result
        }

        private func tensor(_ member: JSONMember, start: Int) throws -> Tensor {
            guard let dtype = member.value["dtype"]?.string, let shape = member.value["shape"]?.array,
                let offsets = member.value["data_offsets"]?.array, member.value.object?.count == 3
            else { throw failure("tensor \(member.key) lacks dtype, shape or data_offsets, or has more") }
            let types: [String: TensorType] = ["F32": .f32, "F16": .f16, "BF16": .bf16]
            guard let type = types[dtype] else {
                throw EngineError(
                    code == .modelMalformed ? .unsupportedTensorType : code,
                    "cannot read \(file.path): tensor \(member.key) has dtype \(dtype); use F32, F16 or BF16"
                )
            }
            var sizes: [Int] = []
            var values = 1
            for size in shape {
                guard let size = size.integer, size >= 0, size <= mostValues,
                    case let (product, overflow) = values.multipliedReportingOverflow(by: size), !overflow,
                    product <= mostValues
                else { throw failure("tensor \(member.key) has a shape out of range") }
                values = product
                sizes.append(size)
            }
            let data = file.bytes.count - start
            guard offsets.count == 2, let first = offsets[0].integer, let end = offsets[1].integer,
                0 <= first, first <= end, end <= data
            else { throw failure("tensor \(member.key) is outside the file's \(data) data bytes") }
            guard end - first == values * type.blockByteCount else {
                throw failure("tensor \(member.key) of shape \(sizes) has \(end - first) bytes")
            }
            return Tensor(type: type, shape: sizes, range: start + first..<start + end)
        }

        private func checkCover(_ tensors: [String: Tensor], start: Int) throws {
            var end = start
            let order = tensors.sorted {
                ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
                    < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
            }
            for (name, tensor) in order {
                guard tensor.range.lowerBound == end else {
                    throw failure(
                        "tensor \(name) begins at byte \(tensor.range.lowerBound), expected \(end): "
                            + "a hole or an overlap"
                    )
                }
                end = tensor.range.upperBound
            }
            guard end == file.bytes.count else {
                throw failure("the tensors end at byte \(end) of \(file.bytes.count)")
            }
        }

        private func failure(_ problem: String, cause: (any Error)? = nil) -> EngineError {
            EngineError(code, "cannot read \(file.path): \(problem); get the file again", cause: cause)
        }
    }
}
