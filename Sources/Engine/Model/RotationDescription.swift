import Glibc

/// Rotary positions (Su and others 2021, arXiv 2104.09864), first half against second half or neighbours.
package struct RotationDescription: Hashable, Sendable {
    /// Base of the frequencies.
    package var base: Float
    /// Whether GGUF files keep rows of query and key in pairs side by side, as llama.cpp does for some
    /// families.
    package var isInterleavedInGGUF: Bool
    /// How the frequencies are changed.
    package var scaling: RotationScaling
    /// How many of a head's numbers are rotated, the first; nil for all.
    package var width: Int?
    /// Whether a pair is two neighbours, in memory and in both file formats, and not j and j + D/2.
    package var pairsNeighbours = false

    package init(
        base: Float,
        isInterleavedInGGUF: Bool,
        scaling: RotationScaling = .none,
        width: Int? = nil
    ) {
        self.base = base
        self.isInterleavedInGGUF = isInterleavedInGGUF
        self.scaling = scaling
        self.width = width
    }
}

/// What models that were made for longer texts do to their rotary frequencies.
package enum RotationScaling: Hashable, Sendable {
    /// Nothing.
    case none
    /// All frequencies are divided by a factor (Chen and others 2023, arXiv 2306.15595).
    case linear(factor: Float)
    /// Low frequencies are divided, high ones are not (Llama Team 2024, arXiv 2407.21783).
    case llama3(Llama3Scaling)
    /// Divided between two wavelengths, and all numbers multiplied (Peng and others 2023, arXiv 2309.00071).
    case yarn(YarnScaling)
    /// Each frequency is divided by its own number (Ding and others 2024, arXiv 2402.13753).
    case long(LongScaling)

    /// Frequencies of a head's pairs.
    ///
    /// - Parameters:
    ///   - width: How many numbers are rotated; even.
    ///   - base: Base of the frequencies.
    /// - Returns: Half as many frequencies, in radians a position, computed in f32 as transformers does.
    func frequencies(width: Int, base: Float) -> [Float] {
        let plain = (0..<width / 2).map { 1 / powf(base, Float(2 * $0) / Float(width)) }
        switch self {
        case .none: return plain
        case .linear(let factor): return plain.map { $0 / factor }
        case .llama3(let scaling): return plain.map(scaling.frequency)
        case .yarn(let scaling): return scaling.frequencies(width: width, base: base)
        case .long(let scaling):
            return scaling.short.enumerated().map { index, number in
                1 / (number * powf(base, Float(2 * index) / Float(width)))
            }
        }
    }

    /// The factor on cosines and sines.
    var attentionFactor: Float {
        switch self {
        case .none, .linear, .llama3: 1
        case .yarn(let scaling): scaling.attentionFactor
        case .long(let scaling): scaling.attentionFactor
        }
    }
}

/// The numbers of Llama 3's scaling.
package struct Llama3Scaling: Hashable, Sendable {
    /// What low frequencies are divided by.
    package var factor: Float
    /// Wavelengths above the old context divided by this are low.
    package var lowFrequencyFactor: Float
    /// Wavelengths below the old context divided by this are high.
    package var highFrequencyFactor: Float
    /// The context that the model was first made for.
    package var originalContext: Int

    func frequency(_ plain: Float) -> Float {
        let (wavelength, context) = (2 * Float.pi / plain, Float(originalContext))
        if wavelength > context / lowFrequencyFactor { return plain / factor }
        if wavelength < context / highFrequencyFactor { return plain }
        let smooth =
            (context / wavelength - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor)
        return (1 - smooth) * plain / factor + smooth * plain
    }

    /// The numbers that give these divisors; nil if Llama 3's scaling with its usual factors 1 and 4 does
    /// not.
    static func fitting(_ divisors: [Float], width: Int, base: Float) -> Llama3Scaling? {
        guard let most = divisors.max(), most > 1 else { return nil }
        for context in (4...20).map({ 1 << $0 }) {
            let scaling = Llama3Scaling(
                factor: most,
                lowFrequencyFactor: 1,
                highFrequencyFactor: 4,
                originalContext: context
            )
            let own = scaling.divisors(width: width, base: base)
            if zip(own, divisors).allSatisfy({ abs($0 - $1) <= 1e-5 * $1 }) { return scaling }
        }
        return nil
    }

    /// What the frequencies are divided by, as llama.cpp keeps them in `rope_freqs.weight`.
    func divisors(width: Int, base: Float) -> [Float] {
        (0..<width / 2).map { index in
            let plain = 1 / powf(base, Float(2 * index) / Float(width))
            return plain / frequency(plain)
        }
    }
}

/// The numbers of YaRN.
package struct YarnScaling: Hashable, Sendable {
    /// What low frequencies are divided by.
    package var factor: Float
    /// The context that the model was first made for.
    package var originalContext: Int
    /// Frequencies with more turns than this in the old context are not divided.
    package var fast: Float
    /// Frequencies with fewer turns are divided whole.
    package var slow: Float
    /// Factor on cosines and sines.
    package var attentionFactor: Float

    /// The usual factor on cosines and sines; the last two are 0 if a file does not name them.
    static func attentionFactor(_ factor: Float, _ scale: Double, _ scaleOfAll: Double) -> Float {
        func grown(_ scale: Double) -> Double { factor <= 1 ? 1 : 0.1 * scale * log(Double(factor)) + 1 }
        return Float(scale != 0 && scaleOfAll != 0 ? grown(scale) / grown(scaleOfAll) : grown(1))
    }

    func frequencies(width: Int, base: Float) -> [Float] {
        func place(_ turns: Float) -> Double {
            Double(width) * log(Double(originalContext) / (Double(turns) * 2 * Double.pi))
                / (2 * log(Double(base)))
        }
        let low = max(place(fast).rounded(.down), 0)
        let high = min(place(slow).rounded(.up), Double(width - 1))
        let span = high == low ? 0.001 : high - low
        return (0..<width / 2).map { index in
            let power = powf(base, Float(2 * index) / Float(width))
            let kept = 1 - Float(min(max((Double(index) - low) / span, 0), 1))
            return 1 / (factor * power) * (1 - kept) + 1 / power * kept
        }
    }
}

/// The numbers of LongRoPE.
///
/// The reference takes other divisors for texts that are longer than the first context; here texts end there.
package struct LongScaling: Hashable, Sendable {
    /// Divisors for texts within the first context.
    package var short: [Float]
    /// Divisors for longer texts; only kept for exports.
    package var long: [Float]
    /// The context that the model was first made for.
    package var originalContext: Int
    /// The context of the longer divisors.
    package var context: Int
    /// Factor on cosines and sines.
    package var attentionFactor: Float

    init(short: [Float], long: [Float], originalContext: Int, context: Int, attentionFactor: Float) {
        self.short = short
        self.long = long
        self.originalContext = originalContext
        self.context = context
        self.attentionFactor = attentionFactor
    }

    /// The same divisors for all texts.
    init(only divisors: [Float], context: Int) {
        self.init(
            short: divisors,
            long: divisors,
            originalContext: context,
            context: context,
            attentionFactor: 1
        )
    }

    /// Whether all texts have the same divisors and no factor, as a tensor `rope_freqs.weight` says.
    var isFixed: Bool { short == long && attentionFactor == 1 }

    /// The longest text that is computed as the reference does.
    var usableContext: Int { short == long ? context : min(originalContext, context) }

    /// The usual factor on cosines and sines.
    static func attentionFactor(_ factor: Double, _ originalContext: Int) -> Float {
        guard factor > 1, originalContext > 1 else { return 1 }
        return Float((1 + log(factor) / log(Double(originalContext))).squareRoot())
    }
}
