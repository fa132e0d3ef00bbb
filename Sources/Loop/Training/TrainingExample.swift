/// A sequence that fine-tuning sees, with what an objective needs to know of it.
public struct TrainingExample: Hashable, Sendable {
    /// Prompt, completion and weight.
    public var sample: TextSample
    /// Number of the group it is judged in, such as a pair; a group's members are always in one step.
    public var group: Int
    /// Sum of its scored tokens' log-probabilities under the round's start model, nats; nil where the
    /// objective compares with none.
    public var referenceLogProbability: Double?

    /// What the objective makes of it: a factor on its loss, or an advantage.
    ///
    /// Below zero for what the model is to write less often, such as the losing half of a pair.
    public var weight: Double {
        get { sample.weight }
        set { sample.weight = newValue }
    }

    /// Builds an example.
    public init(_ sample: TextSample, group: Int, referenceLogProbability: Double? = nil) {
        self.sample = sample
        self.group = group
        self.referenceLogProbability = referenceLogProbability
    }
}

extension SampleScore {
    /// Sum of the log-probabilities of a span's tokens, nats: what `TrainingExample.referenceLogProbability`
    /// takes.
    public func logProbability(_ span: LossSpan) -> Double {
        switch span {
        case .answerOnly: -answerLoss * Double(answerTokenCount)
        case .fullSequence: -fullLoss * Double(tokenCount - 1)
        }
    }
}

extension FinetuneJob {
    /// Builds a job by cross-entropy, each sample a group of its own.
    public init(
        samples: [TextSample],
        settings: FinetuneSettings,
        lossSpan: LossSpan,
        key: RandomKey,
        start: AdapterLocation?,
        resumePath: String?,
        baseModelName: String
    ) {
        self.init(
            examples: samples.enumerated().map { TrainingExample($0.element, group: $0.offset) },
            settings: settings,
            lossSpan: lossSpan,
            key: key,
            start: start,
            resumePath: resumePath,
            baseModelName: baseModelName
        )
    }

    /// The examples' texts with their weights, in order.
    public var samples: [TextSample] { examples.map(\.sample) }

    /// The examples as tokens, in order, each with its group and reference.
    ///
    /// - Parameter tokenize: Makes tokens of a text, given its index.
    /// - Returns: One sample per example.
    /// - Throws: What `tokenize` throws.
    public func tokenized(
        _ tokenize: (TextSample, Int) throws -> TokenizedSample
    ) rethrows -> [TokenizedSample] {
        try examples.enumerated().map { index, example in
            var sample = try tokenize(example.sample, index)
            sample.group = example.group
            sample.referenceLogProbability = example.referenceLogProbability
            return sample
        }
    }
}
