/// What is posted to `/v1/completions`.
///
/// Every field that shapes sampling is sent: what is left out, a server takes from the model's
/// generation_config.json. Source: vLLM's OpenAI-compatible server, completions API with its extra
/// parameters.
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
    private let minP = 0.0
    private let repetitionPenalty = 1.0
    private let presencePenalty = 0.0
    private let frequencyPenalty = 0.0
    private let returnTokenIDs = true
    private let addSpecialTokens = false
    private let skipSpecialTokens = true
    private let ignoreEOS = false
    private let stream = false

    /// A greedy token after the prompts, until more is asked for.
    init(model: String, prompt: [[Int32]]) {
        (self.model, self.prompt) = (model, prompt)
    }

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
}
