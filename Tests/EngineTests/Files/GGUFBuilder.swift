import Engine

/// Writes GGUF files byte by byte, right or wrong.
struct GGUFBuilder {
    struct Tensor {
        var name: String
        var dimensions: [UInt64]
        var type: UInt32 = 0
        var offset: UInt64?
        var values: [Float] = []
    }

    enum Value {
        case u32(UInt32)
        case f32(Float)
        case bool(Bool)
        case string(String)
        case strings([String])
        case i32s([Int32])
    }

    var magic = "GGUF"
    var version: UInt32 = 3
    var metadata: [(String, Value)] = []
    var tensors: [Tensor] = []
    var tensorCount: UInt64?
    var metadataCount: UInt64?

    /// The file's bytes.
    func bytes() -> [UInt8] {
        var out = Array(magic.utf8)
        Self.put(version, &out)
        Self.put(tensorCount ?? UInt64(tensors.count), &out)
        Self.put(metadataCount ?? UInt64(metadata.count), &out)
        for (key, value) in metadata {
            Self.put(key, &out)
            Self.put(value, &out)
        }
        var data: [UInt8] = []
        for tensor in tensors {
            data.append(contentsOf: repeatElement(0, count: (32 - data.count % 32) % 32))
            Self.put(tensor.name, &out)
            Self.put(UInt32(tensor.dimensions.count), &out)
            for dimension in tensor.dimensions { Self.put(dimension, &out) }
            Self.put(tensor.type, &out)
            Self.put(tensor.offset ?? UInt64(data.count), &out)
            for value in tensor.values { Self.put(value.bitPattern, &data) }
        }
        out.append(contentsOf: repeatElement(0, count: (32 - out.count % 32) % 32))
        return out + data
    }

    /// A whole Llama model with C = 8, two heads of width 4 over one key/value head, F = 12, V = 6, one
    /// layer.
    static func tiny() -> GGUFBuilder {
        var builder = GGUFBuilder()
        builder.metadata = [
            ("general.architecture", .string("llama")),
            ("llama.context_length", .u32(64)),
            ("llama.embedding_length", .u32(8)),
            ("llama.block_count", .u32(1)),
            ("llama.feed_forward_length", .u32(12)),
            ("llama.attention.head_count", .u32(2)),
            ("llama.attention.head_count_kv", .u32(1)),
            ("llama.attention.layer_norm_rms_epsilon", .f32(1e-5)),
            ("llama.rope.freq_base", .f32(10000)),
            ("llama.rope.dimension_count", .u32(4)),
            ("tokenizer.ggml.model", .string("gpt2")),
            ("tokenizer.ggml.pre", .string("smollm")),
            ("tokenizer.ggml.tokens", .strings(["<|e|>", "<|s|>", "a", "b", "ab", "Ġ"])),
            ("tokenizer.ggml.token_type", .i32s([3, 3, 1, 1, 1, 1])),
            ("tokenizer.ggml.merges", .strings(["a b"])),
            ("tokenizer.ggml.bos_token_id", .u32(1)),
            ("tokenizer.ggml.eos_token_id", .u32(0)),
        ]
        let shapes: [(String, [UInt64])] = [
            ("token_embd.weight", [8, 6]), ("output_norm.weight", [8]),
            ("blk.0.attn_norm.weight", [8]), ("blk.0.attn_q.weight", [8, 8]),
            ("blk.0.attn_k.weight", [8, 4]),
            ("blk.0.attn_v.weight", [8, 4]), ("blk.0.attn_output.weight", [8, 8]),
            ("blk.0.ffn_norm.weight", [8]),
            ("blk.0.ffn_gate.weight", [8, 12]), ("blk.0.ffn_up.weight", [8, 12]),
            ("blk.0.ffn_down.weight", [12, 8]),
        ]
        for (index, (name, dimensions)) in shapes.enumerated() {
            let count = Int(dimensions.reduce(1, *))
            let values = (0..<count).map { Float(index) + Float($0) / 1024 }
            builder.tensors.append(Tensor(name: name, dimensions: dimensions, values: values))
        }
        return builder
    }

    /// Replaces or removes a metadata value.
    mutating func set(_ key: String, _ value: Value?) {
        metadata.removeAll { $0.0 == key }
        if let value { metadata.append((key, value)) }
    }

    private static func put(_ value: some FixedWidthInteger, _ out: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) }
    }

    private static func put(_ text: String, _ out: inout [UInt8]) {
        put(UInt64(text.utf8.count), &out)
        out += text.utf8
    }

    private static func put(_ value: Value, _ out: inout [UInt8]) {
        switch value {
        case .u32(let number):
            put(UInt32(4), &out)
            put(number, &out)
        case .f32(let number):
            put(UInt32(6), &out)
            put(number.bitPattern, &out)
        case .bool(let flag):
            put(UInt32(7), &out)
            put(UInt8(flag ? 1 : 0), &out)
        case .string(let text):
            put(UInt32(8), &out)
            put(text, &out)
        case .strings(let texts):
            put(UInt32(9), &out)
            put(UInt32(8), &out)
            put(UInt64(texts.count), &out)
            for text in texts { put(text, &out) }
        case .i32s(let numbers):
            put(UInt32(9), &out)
            put(UInt32(5), &out)
            put(UInt64(numbers.count), &out)
            for number in numbers { put(number, &out) }
        }
    }
}

/// Runs a body that must throw and returns its `EngineError`.
func engineError(_ body: () throws -> Void) -> EngineError? {
    do {
        try body()
        return nil
    } catch {
        return error as? EngineError
    }
}
