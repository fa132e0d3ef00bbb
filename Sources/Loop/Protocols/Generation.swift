/// A request for candidates of one question; a question whose candidates see different prompts has several.
public struct GenerationRequest: Hashable, Sendable {
    /// The question, as a key of randomness.
    public var question: QuestionID
    /// Text after the shared prefix, up to where the answer begins.
    public var prompt: PromptText
    /// How many candidates; `index(of:)` numbers them.
    public var count: Int
    /// Index of the first one among all of the question's candidates.
    public var firstIndex: Int
    /// How far the indices of two neighbours are apart.
    public var indexStep: Int

    /// Builds a request.
    public init(
        question: QuestionID,
        prompt: PromptText,
        count: Int,
        firstIndex: Int = 0,
        indexStep: Int = 1
    ) {
        self.question = question
        self.prompt = prompt
        self.count = count
        self.firstIndex = firstIndex
        self.indexStep = indexStep
    }

    /// The index of one of its candidates among all of the question's.
    ///
    /// Randomness is keyed by it, so that no two candidates of a question draw the same.
    ///
    /// - Parameter place: The candidate's place in the request, from 0.
    /// - Returns: The index.
    public func index(of place: Int) -> Int { firstIndex + place * indexStep }
}

/// One generated text.
public struct GeneratedText: Hashable, Sendable {
    /// The question it answers.
    public var question: QuestionID
    /// Its index among the question's candidates.
    public var index: Int
    /// The text, cut before the stop string.
    public var text: String
    /// Sampled tokens, the stop token included.
    public var tokenCount: Int
    /// Mean natural-log probability of the sampled tokens at temperature 1.
    public var meanLogProbability: Double
    /// Why it ended.
    public var finish: FinishReason

    /// Builds a generated text.
    public init(
        question: QuestionID,
        index: Int,
        text: String,
        tokenCount: Int,
        meanLogProbability: Double,
        finish: FinishReason
    ) {
        self.question = question
        self.index = index
        self.text = text
        self.tokenCount = tokenCount
        self.meanLogProbability = meanLogProbability
        self.finish = finish
    }
}

/// How far an engine call is.
public struct EngineProgress: Hashable, Sendable {
    /// Candidates, sequences or steps done.
    public var doneCount: Int
    /// How many there are in this call.
    public var totalCount: Int
    /// Tokens sampled or run so far in this call.
    public var tokenCount: Int
    /// Latest training loss.
    public var loss: Double?

    /// Builds a progress report.
    public init(doneCount: Int, totalCount: Int, tokenCount: Int, loss: Double? = nil) {
        self.doneCount = doneCount
        self.totalCount = totalCount
        self.tokenCount = tokenCount
        self.loss = loss
    }
}
