/// What is posted to `/v1/completions`.
///
/// Every field that shapes sampling is sent: what is left out, a server takes from the model's
/// generation_config.json. Source: vLLM's OpenAI-compatible server, completions API with its extra parameters.
struct CompletionRequest: Encodable, Sendable {
    /// The served model, or the name of a loaded adapter.
    var model: String
    /// Token ids of one or more prompts.
    var prompt: [[Int32]]
    /// Candidates per prompt; candidate i draws from seed + i.
    var n = 1
    var maxTokens = 1
    var temperature = 0.0
    var topP = 1.0
    /// 0 keeps every token.
    var topK = 0
    var seed: Int64 = 0
    var stop: [String] = []
    var stopTokenIDs: [Int32] = []
    /// 0 asks for the sampled token's own log probability, at temperature 1.
    var logprobs: Int? = 0
    /// 0 asks for each prompt token's own log probability.
    var promptLogprobs: Int?

    private enum CodingKeys: String, CodingKey {
        case model, prompt, n, temperature, seed, stop, logprobs, stream
        case maxTokens = "max_tokens"
        case topP = "top_p"
        case topK = "top_k"
        case minP = "min_p"
        case stopTokenIDs = "stop_token_ids"
        case promptLogprobs = "prompt_logprobs"
        case repetitionPenalty = "repetition_penalty"
        case presencePenalty = "presence_penalty"
        case frequencyPenalty = "frequency_penalty"
        case returnTokenIDs = "return_token_ids"
        case addSpecialTokens = "add_special_tokens"
        case skipSpecialTokens = "skip_special_tokens"
        case ignoreEOS = "ignore_eos"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(model, forKey: .model)
        try container.encode(prompt, forKey: .prompt)
        try container.encode(n, forKey: .n)
        try container.encode(maxTokens, forKey: .maxTokens)
        try container.encode(temperature, forKey: .temperature)
        try container.encode(topP, forKey: .topP)
        try container.encode(topK, forKey: .topK)
        try container.encode(0.0, forKey: .minP)
        try container.encode(1.0, forKey: .repetitionPenalty)
        try container.encode(0.0, forKey: .presencePenalty)
        try container.encode(0.0, forKey: .frequencyPenalty)
        try container.encode(seed, forKey: .seed)
        try container.encode(stop, forKey: .stop)
        try container.encode(stopTokenIDs, forKey: .stopTokenIDs)
        try container.encodeIfPresent(logprobs, forKey: .logprobs)
        try container.encodeIfPresent(promptLogprobs, forKey: .promptLogprobs)
        try container.encode(true, forKey: .returnTokenIDs)
        try container.encode(false, forKey: .addSpecialTokens)
        try container.encode(true, forKey: .skipSpecialTokens)
        try container.encode(false, forKey: .ignoreEOS)
        try container.encode(false, forKey: .stream)
    }
}
