/// How a tensor's values are stored; raw values are the GGUF format's.
package enum TensorType: UInt32, Sendable, CaseIterable {
    case f32 = 0
    case f16 = 1
    case q4x0 = 2
    case q4x1 = 3
    case q5x0 = 6
    case q5x1 = 7
    case q8x0 = 8
    case q2K = 10
    case q3K = 11
    case q4K = 12
    case q5K = 13
    case q6K = 14
    case iq4NL = 20
    case iq4XS = 23
    case bf16 = 30

    /// Values in one block.
    package var blockValueCount: Int {
        switch self {
        case .f32, .f16, .bf16: 1
        case .q4x0, .q4x1, .q5x0, .q5x1, .q8x0, .iq4NL: 32
        case .q2K, .q3K, .q4K, .q5K, .q6K, .iq4XS: 256
        }
    }

    /// Bytes of one block.
    package var blockByteCount: Int {
        switch self {
        case .f32: 4
        case .f16, .bf16: 2
        case .q4x0, .iq4NL: 18
        case .q4x1: 20
        case .q5x0: 22
        case .q5x1: 24
        case .q8x0: 34
        case .q2K: 84
        case .q3K: 110
        case .iq4XS: 136
        case .q4K: 144
        case .q5K: 176
        case .q6K: 210
        }
    }

    /// What the GGUF format calls its types, also those that are not read.
    static func name(of raw: UInt32) -> String {
        let names: [UInt32: String] = [
            0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K",
            11: "Q3_K", 12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS",
            18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8",
            25: "I16", 26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0",
            39: "MXFP4",
        ]
        return names[raw].map { "type \(raw) (\($0))" } ?? "the unknown type \(raw)"
    }

    /// The names messages use, joined.
    static let readable =
        "F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL and IQ4_XS"
}
