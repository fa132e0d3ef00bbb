package import Loop

/// A candidate while it is being written.
package struct CandidateText {
    /// Index of its request.
    let request: Int
    /// Its place in the request.
    let place: Int
    /// Tokens sampled so far.
    private(set) var tokenCount = 0
    /// The token to run next.
    private(set) var lastToken: Int32 = 0
    /// Why it ended; nil while it is being written.
    package private(set) var finish: FinishReason?
    /// The text so far.
    package private(set) var bytes: [UInt8] = []
    private var logProbability = 0.0

    /// Starts a candidate.
    package init(request: Int, place: Int) {
        self.request = request
        self.place = place
    }

    /// Takes a sampled token.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - logProbability: At temperature 1.
    ///   - stops: Stop strings as bytes.
    ///   - maxNewTokens: The limit.
    ///   - tokenizer: The tokenizer.
    ///   - turnEnd: The token that ends an answer to this prompt, besides those of the tokenizer.
    package mutating func take(
        _ token: Int32,
        logProbability: Float,
        stops: [[UInt8]],
        maxNewTokens: Int,
        tokenizer: any TextTokenizer,
        turnEnd: Int32? = nil
    ) {
        tokenCount += 1
        lastToken = token
        self.logProbability += Double(logProbability)
        if token == turnEnd || tokenizer.endTokens.contains(token) {
            finish = .stop
            return
        }
        let known = bytes.count
        // Other control tokens, such as the marks around a thought, are no text and no end.
        if !tokenizer.isControl(token) { bytes += tokenizer.bytes(of: token) }
        if let cut = stops.compactMap({ firstPlace(of: $0, from: known) }).min() {
            bytes.removeSubrange(cut...)
            finish = .stop
        } else if tokenCount >= maxNewTokens {
            finish = .length
        }
    }

    /// The finished text.
    func result(of request: GenerationRequest) -> GeneratedText {
        GeneratedText(
            question: request.question,
            index: request.index(of: place),
            text: String(decoding: bytes, as: UTF8.self),
            tokenCount: tokenCount,
            meanLogProbability: tokenCount == 0 ? 0 : logProbability / Double(tokenCount),
            finish: finish ?? .length
        )
    }

    /// Where a stop string begins that ends in the bytes added after `known`.
    private func firstPlace(of stop: [UInt8], from known: Int) -> Int? {
        guard !stop.isEmpty, bytes.count >= stop.count else { return nil }
        let first = max(0, known - stop.count + 1)
        guard first <= bytes.count - stop.count else { return nil }
        return (first...(bytes.count - stop.count)).first { place in
            bytes[place..<(place + stop.count)].elementsEqual(stop)
        }
    }
}
