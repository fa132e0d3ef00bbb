import Loop

/// What `/v1/completions` answers; fields we do not read are ignored.
struct CompletionReply: Decodable, Sendable {
    /// All candidates, by prompt, then by number.
    let choices: [Choice]

    /// One candidate.
    struct Choice: Decodable, Sendable {
        let index: Int
        let text: String
        let finishReason: String?
        let logprobs: Logprobs?
        /// Sampled tokens, the one that ended it included.
        let tokenIDs: [Int32]?
        /// Per prompt token what was asked for; nothing for the first, which follows nothing.
        let promptLogprobs: [[String: Logprob]?]?

        private enum CodingKeys: String, CodingKey {
            case index, text, logprobs
            case finishReason = "finish_reason"
            case tokenIDs = "token_ids"
            case promptLogprobs = "prompt_logprobs"
        }

        /// Mean over the sampled tokens.
        var meanLogProbability: Double {
            let values = logprobs?.tokenLogprobs.compactMap { $0 } ?? []
            return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
        }
    }

    /// Log probabilities of sampled tokens.
    struct Logprobs: Decodable, Sendable {
        let tokenLogprobs: [Double?]

        private enum CodingKeys: String, CodingKey {
            case tokenLogprobs = "token_logprobs"
        }
    }

    /// A token's log probability.
    struct Logprob: Decodable, Sendable {
        let logprob: Double
    }
}

extension CompletionReply.Choice {
    /// Losses of the prompt's tokens after the first, nats; nil unless there is one for each of them.
    func losses(of tokens: [Int32]) -> [Double]? {
        guard let promptLogprobs, promptLogprobs.count == tokens.count else { return nil }
        let losses = zip(promptLogprobs, tokens).dropFirst().compactMap { found, token in
            found?["\(token)"].map { -$0.logprob }
        }
        return losses.count == tokens.count - 1 ? losses : nil
    }
}

/// What a server says when it refuses: `{"error": {"message": …}}`, `{"message": …}` or `{"detail": …}`.
struct ServerFault: Decodable {
    private struct Inner: Decodable {
        let message: String?
    }

    let message: String?

    private enum CodingKeys: String, CodingKey { case error, message, detail }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let inner = try? container.decode(Inner.self, forKey: .error)
        message =
            inner?.message ?? (try? container.decode(String.self, forKey: .message))
            ?? (try? container.decode(String.self, forKey: .detail))
    }
}
