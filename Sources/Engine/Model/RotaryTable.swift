import Glibc

/// Cosines and sines of the rotary positions [positions, D]: D/2 cosines, then D/2 sines.
///
/// Holds as many positions as the longest sequence so far, not as many as the model was made for: a context
/// of a million tokens would cost half a gigabyte. Source: Su and others 2021, arXiv 2104.09864.
final class RotaryTable {
    /// D, the width of one head, or of its part that is rotated.
    let dimension: Int
    /// The rows; valid until the next `reserve`.
    var pointer: MutableFloats { rows.pointer }

    private var rows: FloatBuffer
    private var positionCount = 0
    private let inverseFrequencies: [Float]
    private let factor: Float

    /// Makes an empty table.
    ///
    /// - Parameters:
    ///   - dimension: D, or how much of it is rotated; even.
    ///   - rotation: The frequencies.
    /// - Throws: `EngineError` `out_of_memory`.
    init(dimension: Int, _ rotation: RotationDescription) throws {
        self.dimension = dimension
        // transformers computes inverse frequencies and angles in f32; so do we.
        inverseFrequencies = rotation.scaling.frequencies(width: dimension, base: rotation.base)
        factor = rotation.scaling.attentionFactor
        rows = try FloatBuffer(0)
    }

    /// Makes sure that the positions `0..<count` are there; grows by half at least, so that a long text costs
    /// little.
    func reserve(_ count: Int) throws {
        guard count > positionCount else { return }
        let roomCount = max(count, positionCount + positionCount / 2, 1024)
        let grown = try FloatBuffer(roomCount * dimension)
        memcpy(grown.pointer, rows.pointer, positionCount * dimension * MemoryLayout<Float>.stride)
        let half = dimension / 2
        for position in positionCount..<roomCount {
            let row = grown.pointer + position * dimension
            for (index, frequency) in inverseFrequencies.enumerated() {
                let angle = Float(position) * frequency
                row[index] = cosf(angle) * factor
                row[half + index] = sinf(angle) * factor
            }
        }
        (rows, positionCount) = (grown, roomCount)
    }
}
