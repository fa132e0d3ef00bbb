/// The numbers that shape a model; all of its layers are of one size.
package struct ModelConfiguration: Sendable, Hashable {
    /// C, the width of the residual stream.
    package var hiddenSize: Int
    /// Number of transformer layers.
    package var layerCount: Int
    /// H, query heads.
    package var headCount: Int
    /// Key and value heads; divides `headCount`.
    package var keyValueHeadCount: Int
    /// Width of one head; even.
    package var headDimension: Int
    /// Width of the MLP.
    package var intermediateSize: Int
    /// V, tokens of the vocabulary.
    package var vocabularyCount: Int
    /// Added to the mean square in RMS norms, to the variance in LayerNorms.
    package var rmsNormEpsilon: Float
    /// Base of the rotary frequencies; angles are computed in double.
    package var ropeTheta: Float
    /// Longest sequence the model was made for, in tokens.
    package var contextLength: Int
    /// Whether the output projection is the embedding.
    package var tiesEmbeddings: Bool
    /// Whether MLPs have a gate beside the up projection; follows from the layers of a description.
    package var hasGate = true

    package init(
        hiddenSize: Int,
        layerCount: Int,
        headCount: Int,
        keyValueHeadCount: Int,
        headDimension: Int,
        intermediateSize: Int,
        vocabularyCount: Int,
        rmsNormEpsilon: Float,
        ropeTheta: Float,
        contextLength: Int,
        tiesEmbeddings: Bool
    ) {
        self.hiddenSize = hiddenSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
        self.intermediateSize = intermediateSize
        self.vocabularyCount = vocabularyCount
        self.rmsNormEpsilon = rmsNormEpsilon
        self.ropeTheta = ropeTheta
        self.contextLength = contextLength
        self.tiesEmbeddings = tiesEmbeddings
    }

    /// Width of all query heads.
    package var queryWidth: Int { headCount * headDimension }

    /// Width of all key heads; values have the same width.
    package var keyValueWidth: Int { keyValueHeadCount * headDimension }

    /// Refuses numbers that are out of range or contradict each other, naming the first.
    ///
    /// The limits keep every later product far from overflow.
    func validate(file: String) throws {
        let ranges: [(String, Int, Int)] = [
            ("hidden size", hiddenSize, 1 << 16), ("layer count", layerCount, 1000),
            ("head count", headCount, 1024), ("key/value head count", keyValueHeadCount, 1024),
            ("head dimension", headDimension, 1024), ("MLP size", intermediateSize, 1 << 18),
            ("vocabulary", vocabularyCount, 1 << 20), ("context length", contextLength, 1 << 24),
        ]
        for (field, value, most) in ranges where value < 1 || value > most {
            throw EngineError(
                .modelMalformed,
                "cannot read model \(file): \(field) is \(value), expected 1...\(most); get the file again"
            )
        }
        if headCount % keyValueHeadCount != 0 || headDimension % 2 != 0 {
            throw EngineError(
                .modelMalformed,
                "cannot read model \(file): \(headCount) heads over \(keyValueHeadCount) key/value heads of "
                    + "width \(headDimension): the count must divide and the width be even; get the file again"
            )
        }
        if !(rmsNormEpsilon > 0 && rmsNormEpsilon < 1) || !(ropeTheta >= 1 && ropeTheta.isFinite) {
            throw EngineError(
                .modelMalformed,
                "cannot read model \(file): norm epsilon \(rmsNormEpsilon) or rope base \(ropeTheta) is out of "
                    + "range (0..<1, 1 or more); get the file again"
            )
        }
    }
}
