/// Makes safetensors files: `__metadata__ {"format":"pt"}`, keys sorted, header padded with spaces to 8
/// bytes.
enum SafetensorsWriter {
    /// A tensor to be written as F32.
    struct Tensor {
        var shape: [Int]
        var values: [Float]
    }

    /// The length prefix and header of a file whose tensors follow in the order of `tensors`, which must be
    /// that of their names.
    static func header(_ tensors: [(name: String, shape: [Int])], type: TensorType) -> [UInt8] {
        var members = [JSONMember(key: "__metadata__", value: .ordered(["format": .string("pt")]))]
        var offset = 0
        for tensor in tensors {
            let end = offset + tensor.shape.reduce(1, *) * type.blockByteCount
            members.append(
                JSONMember(
                    key: tensor.name,
                    value: .ordered([
                        "dtype": .string(type == .bf16 ? "BF16" : "F32"),
                        "shape": .array(tensor.shape.map { .integer($0) }),
                        "data_offsets": .array([.integer(offset), .integer(end)]),
                    ])
                )
            )
            offset = end
        }
        var json = JSONValue.object(members).encoded()
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
    }

    /// A whole file of F32 tensors.
    static func encode(_ tensors: [String: Tensor]) -> [UInt8] {
        let sorted = tensors.sorted { $0.key < $1.key }
        var bytes = header(sorted.map { ($0.key, $0.value.shape) }, type: .f32)
        bytes.reserveCapacity(bytes.count + sorted.reduce(0) { $0 + $1.value.values.count * 4 })
        for (_, tensor) in sorted {
            tensor.values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
