/// How every GGUF file begins: enough to tell one from anything else before the rest of it is read.
///
/// Format: the GGUF specification of ggml.
package enum GGUFHeader {
    /// Bytes of magic, version, number of tensors and number of metadata entries.
    package static let byteCount = 24
    /// The versions that are read; they differ in nothing that is.
    package static let versions: ClosedRange<UInt32> = 2...3

    /// Whether bytes begin as a GGUF file does.
    package static func hasMagic(_ bytes: some Sequence<UInt8>) -> Bool { bytes.starts(with: "GGUF".utf8) }

    /// The version that a file of at least eight bytes names.
    package static func version(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.dropFirst(4).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
