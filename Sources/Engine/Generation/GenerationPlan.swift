import Loop

/// Token-level view of a generate call: prompts, their shared prefix and the cache slots of all rows.
///
/// Slots: the shared prefix; then one block per question in flight; then one block per row, each beginning
/// with a block of keys. How slots are cut changes no result (attention.h).
struct GenerationPlan {
    /// Full prompt tokens per request.
    let prompts: [[Int32]]
    /// Tokens that every prompt begins with; never a whole prompt.
    let prefix: ArraySlice<Int32>
    /// Rows that decode at once.
    let rowCount: Int
    /// Questions that may be in flight at once: as many as rows, since each row may be of another.
    let blockCount: Int
    /// Slots per question block: the longest prompt after the prefix.
    let questionSlots: Int
    /// Slots per row block: the longest candidate.
    let rowSlots: Int
    private let prefixSlots: Int

    /// The most memory that keys and values take; fewer rows decode at once if more would be needed.
    static let cacheByteLimit = 768 << 20

    /// Plans a call.
    ///
    /// - Parameters:
    ///   - requests: The requests; not empty.
    ///   - prefix: Text shared by all.
    ///   - settings: Limits.
    ///   - rows: Rows wanted.
    ///   - cacheByteCount: Memory for keys and values; one row decodes however little it is.
    ///   - tokenizer: The tokenizer.
    ///   - model: The model.
    /// - Throws: `EngineError` `invalid_request` for an empty prompt or one that does not fit.
    init(
        _ requests: [GenerationRequest],
        prefix: PromptText,
        settings: GenerateSettings,
        rows: Int,
        cacheByteCount: Int,
        tokenizer: any TextTokenizer,
        _ model: ModelDescription
    ) throws {
        let c = model.numbers
        let prompts = try requests.map { request in
            let tokens = tokenizer.encodePrompt(prefix + request.prompt)
            guard !tokens.isEmpty, tokens.count + settings.maxNewTokens <= c.contextLength else {
                throw EngineError(
                    .invalidRequest,
                    "question \(request.question): prompt of \(tokens.count) tokens and \(settings.maxNewTokens) new "
                        + "ones, the model accepts 1...\(c.contextLength); shorten the prompt or generate.maxNewTokens"
                )
            }
            return tokens
        }
        // The prefix is what all prompts share of the prefix text's own tokens, so that it is the same in
        // each wave and its keys can be kept.
        let own = tokenizer.encodePrompt(prefix)
        var sharedCount = own.count
        for prompt in prompts {
            var common = 0
            while common < min(sharedCount, prompt.count - 1), prompt[common] == own[common] { common += 1 }
            sharedCount = common
        }
        self.prompts = prompts
        self.prefix = own[0..<sharedCount]
        prefixSlots = Self.wholeBlocks(sharedCount)
        questionSlots = Self.wholeBlocks((prompts.map(\.count).max() ?? 0) - sharedCount)
        rowSlots = Self.wholeBlocks(settings.maxNewTokens)
        let slots = cacheByteCount / KeyValueCache.slotByteCount(model) - prefixSlots
        // Few questions need few blocks however many rows they have.
        let affordable = max(
            slots / (questionSlots + rowSlots),
            (slots - requests.count * questionSlots) / rowSlots
        )
        rowCount = max(1, min(rows, affordable, requests.reduce(0) { $0 + $1.count }))
        blockCount = min(rowCount, requests.count)
    }

    /// All slots.
    var slotCount: Int { prefixSlots + blockCount * questionSlots + rowCount * rowSlots }

    /// First slot of a question block.
    func questionStart(_ block: Int) -> Int { prefixSlots + block * questionSlots }

    /// First slot of a row block.
    func rowStart(_ row: Int) -> Int { prefixSlots + blockCount * questionSlots + row * rowSlots }

    private static func wholeBlocks(_ slots: Int) -> Int {
        (slots + CheckedKernels.keyBlock - 1) / CheckedKernels.keyBlock * CheckedKernels.keyBlock
    }

    /// The prefix as a run of slots.
    var prefixRun: CheckedKernels.SlotRun { .init(start: 0, length: prefix.count) }
}
