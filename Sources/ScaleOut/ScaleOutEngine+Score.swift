public import Loop

extension ScaleOutEngine {
    /// Computes losses on the servers, from the log probabilities of prompt tokens; see `RoundEngine`.
    ///
    /// A request holds at most `scoreTokens` tokens: the server materialises tokens × vocabulary logits
    /// outside of the memory it has planned for (vllm#5907).
    public func score(
        _ samples: [TextSample],
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [SampleScore] {
        guard !samples.isEmpty else { return [] }
        let tokenized = try samples.enumerated().map { index, sample in
            let tokens = try model.tokenize(sample, index: index)
            // The server writes one token after them.
            guard tokens.tokens.count < model.contextLength else {
                throw ScaleOutError(
                    .invalidRequest,
                    "sample \(index) has \(tokens.tokens.count) tokens, the model accepts \(model.contextLength - 1); shorten it"
                )
            }
            return tokens
        }
        let work = try await work()
        let meter = CallMeter(totalCount: samples.count, progress)
        let (pool, limit) = (pool, settings.timeouts.request)
        let batches = Self.batches(tokenized, tokenLimit: settings.scoreTokens)
        let scores = try await whileBeating(beat) {
            try await pool.map(batches, for: work, done: meter.add) { client, model, batch in
                var request = CompletionRequest(model: model, prompt: batch.map(\.tokens))
                request.promptLogprobs = 0
                request.logprobs = nil
                let reply = try await client.post(
                    CompletionReply.self,
                    "/v1/completions",
                    request,
                    within: limit
                )
                return try Self.scores(batch, reply, from: client.address)
            }
        }
        return scores.flatMap { $0 }
    }

    /// Samples of one request; servers take about a thousand.
    private static let sampleLimit = 256

    /// Neighbours together, up to the limit of tokens; a longer sample is alone.
    static func batches(_ samples: [TokenizedSample], tokenLimit: Int) -> [[TokenizedSample]] {
        var batches: [[TokenizedSample]] = []
        var tokenCount = 0
        for sample in samples {
            tokenCount += sample.tokens.count
            if batches.last.map({ $0.count == sampleLimit }) ?? true || tokenCount > tokenLimit {
                batches.append([])
                tokenCount = sample.tokens.count
            }
            batches[batches.count - 1].append(sample)
        }
        return batches
    }

    private static func scores(
        _ batch: [TokenizedSample],
        _ reply: CompletionReply,
        from address: String
    ) throws -> [SampleScore] {
        let choices = reply.choices.sorted { $0.index < $1.index }
        guard choices.map(\.index) == Array(batch.indices) else {
            throw ScaleOutError(
                .malformedReply,
                "\(address) scored \(choices.count) of \(batch.count) samples"
            )
        }
        return try zip(batch, choices).map { sample, choice in
            guard let losses = choice.losses(of: sample.tokens) else {
                throw ScaleOutError(
                    .malformedReply,
                    "\(address) sent no log probability for some token of sample \(sample.index)"
                )
            }
            let answer = losses.dropFirst(max(sample.promptCount - 1, 0))
            return SampleScore(
                answerLoss: mean(answer[...]),
                fullLoss: mean(losses[...]),
                answerTokenCount: answer.count,
                tokenCount: sample.tokens.count
            )
        }
    }

    /// NaN for nothing.
    private static func mean(_ losses: ArraySlice<Double>) -> Double {
        losses.isEmpty ? .nan : losses.reduce(0, +) / Double(losses.count)
    }
}
