import Loop

/// Rotary positions of families that rotate a part of each head, the first numbers.
extension HuggingFaceConfiguration {
    /// Rotary positions of a share of each head.
    ///
    /// - Parameters:
    ///   - numbers: The model's numbers.
    ///   - share: The share if the file does not say.
    /// - Returns: The rotation; its width is nil where all of a head is rotated.
    /// - Throws: `EngineError` `unsupported_architecture`, naming the key.
    func partialRotation(_ numbers: ModelConfiguration, orMissing share: Double) throws
        -> RotationDescription
    {
        let share = rotatedShare ?? share
        let width = share > 0 && share <= 1 ? Int(Double(numbers.headDimension) * share) : 0
        guard width > 0, width % 2 == 0 else {
            throw unsupported("partial_rotary_factor is \(share), expected even parts of a head")
        }
        return try rotation(
            headDimension: numbers.headDimension,
            width: width == numbers.headDimension ? nil : width,
            isInterleavedInGGUF: false,
            allowsPart: true
        )
    }
}

extension GGUFMetadata {
    /// Rotary positions of the first `rope.dimension_count` numbers of each head; of all if that is missing.
    ///
    /// - Parameter numbers: The model's numbers.
    /// - Returns: The rotation; its width is nil where all of a head is rotated.
    /// - Throws: `EngineError` `unsupported_architecture`, naming the key.
    func partialRotation(_ numbers: ModelConfiguration) throws -> RotationDescription {
        let width = try optionalInteger("rope.dimension_count") ?? numbers.headDimension
        guard width > 0, width <= numbers.headDimension, width % 2 == 0 else {
            throw unsupported(
                "rope.dimension_count",
                "\(width), expected an even number up to \(numbers.headDimension)"
            )
        }
        return try rotation(
            headDimension: numbers.headDimension,
            width: width == numbers.headDimension ? nil : width,
            isInterleavedInGGUF: false
        )
    }
}

extension RotationDescription {
    /// How much of a head is rotated: its width, and its share as config.json says it.
    func part(of numbers: ModelConfiguration) -> (width: Int, share: JSONValue) {
        let width = width ?? numbers.headDimension
        return (width, .number("\(Double(width) / Double(numbers.headDimension))"))
    }
}
