public import Loop

extension ScaleOutEngine {
    /// Writes candidates on the servers, one request per question; see `RoundEngine`.
    public func generate(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings generate: GenerateSettings,
        key: RandomKey,
        progress: @escaping @Sendable (EngineProgress) -> Void
    ) async throws -> [GeneratedText] {
        let asked = requests.filter { $0.count > 0 }
        guard !asked.isEmpty else { return [] }
        let random = Philox(key: key)
        let stopTokens = model.stopTokens
        let items = try asked.map { request in
            GenerationItem(
                request: request,
                completion: try completion(request, prefix, generate, random, stopTokens)
            )
        }
        let work = try await work(round: key.round)
        let meter = CallMeter(totalCount: asked.reduce(0) { $0 + $1.count }, progress)
        let (pool, limit) = (pool, settings.timeouts.request)
        let texts = try await whileBeating(beat) {
            try await pool.map(items, for: work, done: meter.add) { client, model, item in
                var completion = item.completion
                completion.model = model
                let reply = try await client.post(
                    CompletionReply.self,
                    "/v1/completions",
                    completion,
                    within: limit
                )
                return try item.texts(reply, from: client.address)
            }
        }
        return texts.flatMap { $0 }
    }

    private func completion(
        _ request: GenerationRequest,
        _ prefix: PromptText,
        _ generate: GenerateSettings,
        _ random: Philox,
        _ stopTokens: [Int32]
    ) throws -> CompletionRequest {
        let tokens = model.encode(prefix + request.prompt)
        guard !tokens.isEmpty, tokens.count + generate.maxNewTokens <= model.contextLength else {
            throw ScaleOutError(
                .invalidRequest,
                "question \(request.question): prompt of \(tokens.count) tokens and \(generate.maxNewTokens) new ones, "
                    + "the model accepts 1...\(model.contextLength); shorten the prompt or generate.maxNewTokens"
            )
        }
        var completion = CompletionRequest(model: "", prompt: [tokens])
        // Greedy candidates are all the same; vLLM refuses to write several.
        completion.n = generate.temperature == 0 ? 1 : request.count
        completion.maxTokens = generate.maxNewTokens
        completion.temperature = generate.temperature
        completion.topP = generate.topP
        completion.topK = generate.topK
        completion.seed = Self.seed(of: request, random)
        completion.stop = generate.stop
        // The token that ends an answer in the prompt's format, beside those that end a text.
        let turnEnd = request.prompt.answerEnd.flatMap { model.tokenID($0) }
        completion.stopTokenIDs = Set(stopTokens + [turnEnd].compactMap { $0 }).sorted()
        return completion
    }

    /// A seed per question, 65,536 apart from any other: candidate i of a request draws from seed + i.
    ///
    /// Requests of one question are 2,048 apart, and none of them has more candidates: a question has at most
    /// 4,096, in 2 to 26 requests.
    private static func seed(of request: GenerationRequest, _ random: Philox) -> Int64 {
        let words = random.words(UInt32(truncatingIfNeeded: request.question.rawValue), 0, 0, 0)
        let bits = UInt64(words.x) << 32 | UInt64(words.y)
        return (Int64(bits >> 18) << 16) + Int64(request.firstIndex) * 2048
    }
}

/// One question's candidates as one request.
private struct GenerationItem: Sendable {
    let request: GenerationRequest
    let completion: CompletionRequest

    /// The candidates in a reply, in order of their numbers.
    ///
    /// - Throws: `ScaleOutError` `malformed_reply` unless each is there once and ended for a reason we know.
    func texts(_ reply: CompletionReply, from address: String) throws -> [GeneratedText] {
        let choices = reply.choices.sorted { $0.index < $1.index }
        guard choices.map(\.index) == Array(0..<completion.n) else {
            throw ScaleOutError(
                .malformedReply,
                "\(address) sent \(choices.count) candidates for question \(request.question), \(completion.n) were asked for"
            )
        }
        let texts = try choices.map { choice in
            guard let finish = choice.finishReason.flatMap(FinishReason.init(server:)),
                let tokens = choice.tokenIDs
            else {
                throw ScaleOutError(
                    .malformedReply,
                    "\(address) sent a candidate without token_ids, or that ended by \(choice.finishReason ?? "nothing")"
                )
            }
            return GeneratedText(
                question: request.question,
                index: request.index(of: choice.index),
                text: choice.text,
                tokenCount: tokens.count,
                meanLogProbability: choice.meanLogProbability,
                finish: finish
            )
        }
        guard completion.n < request.count, let only = texts.first else { return texts }
        return (0..<request.count).map { place in
            var text = only
            text.index = request.index(of: place)
            return text
        }
    }
}

extension FinishReason {
    /// The reason as vLLM names it; nil for one that leaves a candidate unfinished, such as `abort`.
    fileprivate init?(server name: String) {
        switch name {
        case "stop": self = .stop
        case "length": self = .length
        default: return nil
        }
    }
}
