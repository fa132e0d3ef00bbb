import Loop

/// Writes candidates: all rows of a call decode as one batch, finished rows are refilled, prompts run in the
/// same pass.
///
/// Draws are keyed by (question, candidate, position), and no product depends on what shares the batch, so a
/// candidate's text depends only on its own request.
final class Generator {
    /// Prompt rows that one pass may add to the decoding rows; the rest of a longer prompt is run before.
    static let promptRowLimit = 256

    /// A row that decodes.
    private struct Row {
        var candidate: CandidateText
        var block: Int
    }

    /// A question in flight: its block of slots and how many of its candidates are unfinished.
    private struct Block {
        var request: Int
        var unfinishedCount: Int
    }

    private struct Counts {
        var nextRequest = 0
        var done = 0
        var tokens = 0
    }

    /// What ends a candidate besides the tokenizer's own tokens.
    private struct Ends {
        let stops: [[UInt8]]
        /// The token that ends an answer to each request, if its format has one of its own.
        let turns: [Int32?]
    }

    private struct Buffers {
        var logits: FloatBuffer
        let scratch: FloatBuffer
    }

    private let transformer: Transformer
    private let tokenizer: any TextTokenizer
    private let requests: [GenerationRequest]
    private let settings: GenerateSettings
    private let random: Philox
    private let plan: GenerationPlan
    private let cache: KeyValueCache
    private let ends: Ends
    private var rows: [Row?]
    private var blocks: [Block?]
    private var ready: [Row] = []
    private var counts = Counts()
    private var results: [[GeneratedText?]]
    private var buffers: Buffers
    /// Where the text of a single candidate goes while it is written.
    private var listener: Listener?

    private struct Listener {
        var pieces: TextPieces
        let hear: (String) -> Void
    }

    /// Prepares a call.
    init(
        _ transformer: Transformer,
        tokenizer: any TextTokenizer,
        requests: [GenerationRequest],
        prefix: PromptText,
        settings: GenerateSettings,
        key: RandomKey,
        rows: Int,
        cacheByteCount: Int
    ) throws {
        let c = transformer.configuration
        self.transformer = transformer
        self.tokenizer = tokenizer
        self.requests = requests
        self.settings = settings
        random = Philox(key: key)
        plan = try GenerationPlan(
            requests,
            prefix: prefix,
            settings: settings,
            rows: rows,
            cacheByteCount: cacheByteCount,
            tokenizer: tokenizer,
            transformer.weights.description
        )
        cache = try KeyValueCache(transformer.weights.description, slotCount: plan.slotCount)
        ends = Ends(
            stops: settings.stop.map { Array($0.utf8) },
            turns: requests.map { $0.prompt.answerEnd.flatMap { tokenizer.tokenID($0) } }
        )
        self.rows = Array(repeating: nil, count: plan.rowCount)
        blocks = Array(repeating: nil, count: plan.blockCount)
        results = requests.map { Array(repeating: nil, count: $0.count) }
        buffers = Buffers(
            logits: try FloatBuffer((plan.rowCount + plan.blockCount) * c.vocabularyCount),
            scratch: try FloatBuffer(CheckedKernels.threadCount * 3 * c.vocabularyCount)
        )
    }

    /// Writes all candidates.
    ///
    /// - Parameter progress: Called after each pass.
    /// - Returns: Candidates in order of requests, then indices.
    /// - Throws: `CancellationError` between layers, or `EngineError` `not_finite`.
    func run(progress: (EngineProgress) -> Void) throws -> [GeneratedText] {
        let total = requests.reduce(0) { $0 + $1.count }
        try runPrefix()
        while counts.done < total {
            try Task.checkCancellation()
            try pass()
            progress(EngineProgress(doneCount: counts.done, totalCount: total, tokenCount: counts.tokens))
        }
        return try zip(requests, results).flatMap { request, texts in
            try texts.results { "candidate \(request.index(of: $0)) of question \(request.question)" }
        }
    }

    /// Writes the only candidate and hands out its text as it comes.
    ///
    /// - Parameter piece: Called with each new piece; together they are the text.
    /// - Returns: The candidate.
    /// - Throws: `CancellationError` between passes, or `EngineError` `not_finite`.
    func stream(_ piece: @escaping (String) -> Void) throws -> GeneratedText {
        precondition(requests.count == 1 && requests[0].count == 1, "only a single candidate is streamed")
        listener = Listener(pieces: TextPieces(stops: ends.stops), hear: piece)
        return try run(progress: { _ in })[0]
    }

    private func runPrefix() throws {
        let none = CheckedKernels.SlotRun(start: 0, length: 0)
        for start in stride(from: 0, to: plan.prefix.count, by: Self.promptRowLimit) {
            try Task.checkCancellation()
            var batch = TokenBatch()
            for position in start..<min(start + Self.promptRowLimit, plan.prefix.count) {
                let seen = CheckedKernels.SlotRun(start: 0, length: position + 1)
                batch.append(
                    token: plan.prefix[position],
                    position: position,
                    slot: position,
                    segments: KeySegments(seen, none, none)
                )
            }
            _ = try transformer.forward(batch, cache: cache)
        }
    }

    /// One pass: decoding rows first, then the prompts of newly admitted questions; then one draw for each.
    private func pass() throws {
        fillRows()
        var batch = TokenBatch()
        let decoding = rows.indices.filter { rows[$0] != nil }
        for row in decoding { appendDecoding(row, to: &batch) }
        let admitted = try admit(to: &batch)
        let hidden = try transformer.forward(batch, cache: cache)
        let outputCount = batch.outputRows.count
        if outputCount * transformer.configuration.vocabularyCount > buffers.logits.count {
            buffers.logits = try FloatBuffer(outputCount * transformer.configuration.vocabularyCount)
        }
        transformer.project(hidden, rows: outputCount, into: buffers.logits.pointer)
        try draw(decoding, admitted)
    }

    private func fillRows() {
        for row in rows.indices where rows[row] == nil && !ready.isEmpty { rows[row] = ready.removeFirst() }
    }

    private func appendDecoding(_ row: Int, to batch: inout TokenBatch) {
        guard let current = rows[row], let block = blocks[current.block] else { return }
        let promptCount = plan.prompts[block.request].count
        let own = current.candidate.tokenCount
        batch.outputRows.append(batch.count)
        batch.append(
            token: current.candidate.lastToken,
            position: promptCount + own - 1,
            slot: plan.rowStart(row) + own - 1,
            segments: KeySegments(
                plan.prefixRun,
                .init(start: plan.questionStart(current.block), length: promptCount - plan.prefix.count),
                .init(start: plan.rowStart(row), length: own)
            )
        )
    }

    /// Admits questions while rows would be empty; returns their blocks.
    private func admit(to batch: inout TokenBatch) throws -> [Int] {
        var admitted: [Int] = []
        var free = rows.count { $0 == nil } - ready.count
        let before = batch.count
        while free > 0, counts.nextRequest < requests.count,
            let block = blocks.firstIndex(where: { $0 == nil })
        {
            let tokens = plan.prompts[counts.nextRequest].count - plan.prefix.count
            if !admitted.isEmpty, batch.count - before + tokens > Self.promptRowLimit { break }
            if requests[counts.nextRequest].count > 0 {
                blocks[block] = Block(
                    request: counts.nextRequest,
                    unfinishedCount: requests[counts.nextRequest].count
                )
                try appendPrompt(counts.nextRequest, block, to: &batch)
                admitted.append(block)
                free -= requests[counts.nextRequest].count
            }
            counts.nextRequest += 1
        }
        return admitted
    }

    /// Runs all of a prompt but its last piece at once, so that no pass holds more rows than its limit, and
    /// adds that piece to the batch.
    private func appendPrompt(_ request: Int, _ block: Int, to batch: inout TokenBatch) throws {
        let count = plan.prompts[request].count - plan.prefix.count
        let before = (count - 1) / Self.promptRowLimit * Self.promptRowLimit
        for first in stride(from: 0, to: before, by: Self.promptRowLimit) {
            var piece = TokenBatch()
            append(first..<(first + Self.promptRowLimit), of: request, block, to: &piece)
            _ = try transformer.forward(piece, cache: cache)
        }
        append(before..<count, of: request, block, to: &batch)
        batch.outputRows.append(batch.count - 1)
    }

    /// Adds rows of a prompt, counted from where the shared prefix ends.
    private func append(_ rows: Range<Int>, of request: Int, _ block: Int, to batch: inout TokenBatch) {
        let start = plan.questionStart(block)
        let none = CheckedKernels.SlotRun(start: 0, length: 0)
        for row in rows {
            let position = plan.prefix.count + row
            batch.append(
                token: plan.prompts[request][position],
                position: position,
                slot: start + row,
                segments: KeySegments(plan.prefixRun, .init(start: start, length: row + 1), none)
            )
        }
    }

    /// Draws one token per decoding row and one per candidate of each admitted question.
    private func draw(_ decoding: [Int], _ admitted: [Int]) throws {
        var drawn: [Row] = decoding.compactMap { rows[$0] }
        var rowOf = drawn.indices.map { Int32($0) }
        for (offset, block) in admitted.enumerated() {
            guard let request = blocks[block]?.request else { continue }
            for place in 0..<requests[request].count {
                drawn.append(Row(candidate: CandidateText(request: request, place: place), block: block))
                rowOf.append(Int32(decoding.count + offset))
            }
        }
        let uniforms = drawn.map { row in
            let request = requests[row.candidate.request]
            let question = UInt32(truncatingIfNeeded: request.question.rawValue)
            let index = request.index(of: row.candidate.place)
            let place = (UInt32(index), UInt32(row.candidate.tokenCount))
            return Philox.unitFloat(random.words(question, place.0, place.1, 0).x)
        }
        let (tokens, logProbabilities) = CheckedKernels.sample(
            buffers.logits.pointer,
            vocabulary: transformer.configuration.vocabularyCount,
            rowOf: rowOf,
            uniforms: uniforms,
            settings: (Float(settings.temperature), Float(settings.topP), settings.topK),
            scratch: buffers.scratch.pointer
        )
        for place in drawn.indices {
            guard tokens[place] >= 0 else {
                throw EngineError(
                    .notFinite,
                    "logits of question \(requests[drawn[place].candidate.request].question) are not finite; "
                        + "roll back to a checkpoint that works"
                )
            }
            drawn[place].candidate.take(
                tokens[place],
                logProbability: logProbabilities[place],
                stops: ends.stops,
                maxNewTokens: settings.maxNewTokens,
                tokenizer: tokenizer,
                turnEnd: ends.turns[drawn[place].candidate.request]
            )
            counts.tokens += 1
            if listener != nil { tell(drawn[place].candidate) }
            settle(drawn[place], row: place < decoding.count ? decoding[place] : nil)
        }
    }

    private func tell(_ candidate: CandidateText) {
        let isFinished = candidate.finish != nil
        let text = listener?.pieces.next(of: candidate.bytes, isFinished: isFinished)
        if let text { listener?.hear(text) }
    }

    /// Puts a candidate back into its row or the queue, or hands in its text.
    private func settle(_ current: Row, row: Int?) {
        let candidate = current.candidate
        if candidate.finish == nil {
            if let row { rows[row] = current } else { ready.append(current) }
            return
        }
        if let row { rows[row] = nil }
        results[candidate.request][candidate.place] = candidate.result(of: requests[candidate.request])
        counts.done += 1
        blocks[current.block]?.unfinishedCount -= 1
        if blocks[current.block]?.unfinishedCount == 0 { blocks[current.block] = nil }
    }
}
