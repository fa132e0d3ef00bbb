import Foundation

/// Weights that are no numbers: NaN and infinity, which a damaged file has, or one that was saved in a type too
/// small for its values.
extension ModelFiles {
    /// Looks at every tensor that is stored as numbers; blocks of quantized types are looked at when they are read.
    ///
    /// - Throws: `EngineError` `model_malformed`, naming the first tensor with such a value.
    func checkNumbers() throws {
        var seen: Set<String> = []
        for name in description.tensorNames {
            guard let (type, bytes) = stored(name), let key = description.name(of: name, in: format),
                seen.insert(key).inserted
            else { continue }
            defer { releasePages() }
            let place: Int? =
                switch type {
                case .f32: Self.firstStrange(bytes, exponent: UInt32(0x7F80_0000))
                case .bf16: Self.firstStrange(bytes, exponent: UInt16(0x7F80))
                case .f16: Self.firstStrange(bytes, exponent: UInt16(0x7C00))
                default: nil
                }
            if let place { throw strange(key, of: name, place: place) }
        }
    }

    /// The same of values that have been read.
    func requireNumbers(
        _ values: UnsafeMutableBufferPointer<Float>,
        of name: TensorName,
        firstRow: Int
    ) throws {
        let bytes = UnsafeRawBufferPointer(values)
        guard let place = Self.firstStrange(bytes, exponent: UInt32(0x7F80_0000)) else { return }
        let width = description.shape(of: name).dropFirst().reduce(1, *)
        let key = description.name(of: name, in: format) ?? "\(name)"
        throw strange(key, of: name, place: firstRow * width + place)
    }

    /// The first value whose exponent is all ones; files need not have them at multiples of their size.
    private static func firstStrange<Bits: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer,
        exponent: Bits
    ) -> Int? {
        let size = MemoryLayout<Bits>.size
        let count = bytes.count / size
        func value(_ place: Int) -> Bits { bytes.loadUnaligned(fromByteOffset: place * size, as: Bits.self) }
        // Such an exponent carries into the sign: one pass without a branch, and a second one that finds it.
        let one = exponent & (~exponent &+ 1)
        var carried: Bits = 0
        for place in 0..<count { carried |= (value(place) & exponent) &+ one }
        guard carried & (exponent << 1) & ~exponent != 0 else { return nil }
        return (0..<count).first { value($0) & exponent == exponent }
    }

    private func strange(_ key: String, of name: TensorName, place: Int) -> EngineError {
        let width = max(description.shape(of: name).dropFirst().reduce(1, *), 1)
        return EngineError(
            .modelMalformed,
            "cannot read model \(self.name): tensor \(key) holds a value in row \(place / width) that is no number (NaN or "
                + "infinity); get the file again, or convert the model in a wider type (bf16 or f32)"
        )
    }
}
