package import ControlAPI
import Loop
import ServiceLifecycle
import Store
import Synchronization

extension Control {
    /// A person's question made ready for the engine: it has been checked.
    package struct AskedQuestion: Sendable {
        fileprivate var configuration: RoundConfiguration
        fileprivate var input: QuestionInput
        fileprivate var settings: GenerateSettings
        fileprivate var prompts: PromptWriter
        fileprivate var prefix: PromptText
        fileprivate var prompt: PromptText
        fileprivate var count: Int
        fileprivate var isVote: Bool
        /// Whether only a program outside can read its answers, and why that is not asked.
        fileprivate var isJudged: Bool
        fileprivate var unjudgeable: String?
        fileprivate var checkpoint: CheckpointID
        fileprivate var adapter: AdapterLocation?
    }

    /// The model's answer, between two calls of the running round.
    package func ask(_ request: AskRequest) async throws -> AskReply {
        try await answer(try await ready(request))
    }

    /// Checks a question and finds who answers it.
    ///
    /// - Parameter request: The question.
    /// - Returns: What `answer` takes.
    /// - Throws: `Problem`, or an error of the store if the checkpoint is missing or damaged.
    package func ready(_ request: AskRequest) async throws -> AskedQuestion {
        try Self.check(request)
        let formats = PromptFormats.standard.with(parts.engine.chat)
        let configuration = parts.current.value.round.settled(formats)
        let input = QuestionInput(text: request.question, split: .test, origin: "asked")
        let kind = try AnswerKinds.standard.named(configuration.vote.answerKind)
        // Labels, too, may be the question's own.
        let fits = (try? kind.check(input, configuration.answer)) != nil
        // A program runs on a question's own inputs, which nobody can type here.
        let unjudgeable =
            kind.isJudged && !fits
            ? "the judge was not asked: answers of kind \(configuration.vote.answerKind) are read on inputs that a "
                + "question brings along, and one that is asked has none" : nil
        guard !kind.needsOptions, fits || unjudgeable != nil else {
            throw Problem(
                .usage,
                "a question without its choices cannot be asked where vote.answerKind is \(configuration.vote.answerKind)",
                hint: "add it with its choices: \"autodidact add FILE\""
            )
        }
        var settings = configuration.writing
        let isVote = request.candidateCount != nil
        settings.temperature = request.temperature ?? (isVote ? settings.temperature : 0)
        guard (0...10).contains(settings.temperature) else {
            throw Problem(.usage, "temperature \(settings.temperature) is not within 0...10", hint: "try 0.7")
        }
        guard !isVote || settings.temperature > 0 else {
            throw Problem(
                .usage,
                "at temperature 0 all candidates are the same",
                hint: "give a temperature above 0"
            )
        }
        let checkpoint = try await checkpoint(of: request.base ? RoundID(rawValue: 0) : request.round)
        let prompts = try configuration.prompt.writer(formats)
        return AskedQuestion(
            configuration: configuration,
            input: input,
            settings: settings,
            prompts: prompts,
            // A vote is asked for as a round asks, a single answer as an evaluation does.
            prefix: isVote ? prompts.generationPrefix : prompts.evaluationPrefix,
            prompt: isVote ? prompts.generationPrompt(for: input) : prompts.evaluationPrompt(for: input),
            count: request.candidateCount ?? 1,
            isVote: isVote,
            isJudged: kind.isJudged,
            unjudgeable: unjudgeable,
            checkpoint: checkpoint,
            adapter: try await parts.store.adapter(of: checkpoint)
        )
    }

    /// Lets the model answer.
    ///
    /// - Parameters:
    ///   - asked: The question.
    ///   - piece: Called with each new piece of the text; never for a vote.
    /// - Returns: The answer.
    /// - Throws: `Problem` `busy` with what runs if the engine does not become free soon, `DaemonError`
    ///   `timed_out`, `CancellationError` if the daemon stops, or an error of the engine.
    package func answer(
        _ asked: AskedQuestion,
        piece: (@Sendable (String) -> Void)? = nil
    ) async throws -> AskReply {
        let request = GenerationRequest(
            question: QuestionID(rawValue: 0),
            prompt: asked.prompt,
            count: asked.count
        )
        // A greedy answer needs no randomness; a sampled one should differ from ask to ask.
        let seed = asked.settings.temperature > 0 ? UInt64.random(in: .min ... .max) : 0
        let start = ContinuousClock.now
        let written: [GeneratedText]
        let head = asked.prompts.answerStart
        let headed = Self.headed(piece, with: asked.isVote ? "" : head)
        do {
            written = try await withDeadline(Self.askDeadline + parts.askPatience) { [parts] in
                // A stopping daemon does not wait for an answer.
                try await cancelWhenGracefulShutdown {
                    try await parts.engine.ask(
                        request,
                        prefix: asked.prefix,
                        settings: asked.settings,
                        key: RandomKey(seed: seed, round: 0),
                        adapter: asked.adapter,
                        within: parts.askPatience,
                        piece: headed
                    )
                }
            }
        } catch let busy as SharedEngine.Busy {
            throw busyProblem(busy.use)
        } catch is DeadlinePassed {
            let limit = Self.askDeadline.components.seconds
            throw DaemonError(.timedOut, "no answer within \(limit) s; try again later, or ask for less")
        }
        let texts = asked.prompts.whole(written)
        let seconds = Self.seconds(since: start)
        return try Self.reply(asked, texts, try await judged(texts, asked), seconds: seconds)
    }

    /// Pieces of the model's text behind what the prompt begins it with, which comes with the first of them.
    private static func headed(
        _ piece: (@Sendable (String) -> Void)?,
        with head: String
    ) -> (@Sendable (String) -> Void)? {
        guard let piece, !head.isEmpty else { return piece }
        let isBegun = Mutex(false)
        return { text in
            let isFirst = isBegun.withLock { begun in
                defer { begun = true }
                return !begun
            }
            piece(isFirst ? head + text : text)
        }
    }

    /// What keeps the engine from a question or an export, and until when.
    func busyProblem(_ use: SharedEngine.Use?) -> Problem {
        let hint: String
        let seconds: Int
        var what: String
        switch use {
        case .question:
            (what, hint, seconds) = ("another question is being answered", "try again in a moment", 10)
        case .export:
            (what, hint, seconds) = ("a model is being exported", "try again when it is written", 30)
        case .phase, nil:
            guard let progress = parts.meter.latest else {
                what = parts.meter.note ?? "a step of the round is running"
                (hint, seconds) = ("try again in a moment", 10)
                break
            }
            what =
                "round \(progress.round) is in \(progress.phase.rawValue): \(Plain.count(progress.doneCount)) of "
                + "\(Plain.count(progress.totalCount)) \(progress.unit)"
            if let left = progress.secondsLeft { what += ", about \(Plain.duration(left)) left" }
            hint =
                "try again between two steps, or when the phase has ended; \"autodidact pause\" ends it at once"
            seconds = min(3600, max(10, Int(progress.secondsLeft ?? 60)))
        }
        return Problem(.busy, "the model is busy: \(what)", hint: hint, retryAfterSeconds: seconds)
    }

    private static func check(_ request: AskRequest) throws {
        guard !request.question.allSatisfy(\.isWhitespace) else {
            throw Problem(.usage, "the question has no text", hint: "write the question")
        }
        try ControlLimits.check(question: request.question)
        let counts = ControlLimits.askedCandidateCounts
        if let count = request.candidateCount, !counts.contains(count) {
            throw Problem(
                .usage,
                "\(count) candidates cannot be asked for",
                hint: "give \(counts.lowerBound) to \(counts.upperBound), or none for a single answer"
            )
        }
        if let round = request.round, request.base, round.rawValue != 0 {
            throw Problem(.usage, "both the base model and round \(round) are asked", hint: "name one")
        }
    }

    /// What the judge says of the texts, one reading each; nil for kinds that read by themselves.
    ///
    /// A judge that is late costs the reading, not the text.
    private func judged(_ texts: [GeneratedText], _ asked: AskedQuestion) async throws -> [AnswerReading]? {
        guard asked.isJudged else { return nil }
        func none(_ why: String) -> [AnswerReading] { texts.map { _ in .none(why) } }
        if let why = asked.unjudgeable { return none(why) }
        guard let judge = parts.judge(asked.configuration)?.reading(spokenBy: asked.configuration.prompt)
        else {
            return none("the judge was not asked: this daemon runs none")
        }
        do {
            return try await withDeadline(Self.askDeadline) {
                try await cancelWhenGracefulShutdown {
                    try await judge.readings(of: texts.map(\.text), question: asked.input)
                }
            }
        } catch is DeadlinePassed {
            return none("the judge has not read it within \(Self.askDeadline.components.seconds) s")
        }
    }

    private static func reply(
        _ asked: AskedQuestion,
        _ texts: [GeneratedText],
        _ readings: [AnswerReading]?,
        seconds: Double
    ) throws -> AskReply {
        let extractor = try AnswerExtractor(configuration: asked.configuration, question: asked.input)
        let candidates = texts.enumerated().map { place, text in
            var candidate = Candidate(text, round: RoundID(rawValue: 0))
            if let readings {
                candidate.take(place < readings.count ? readings[place] : .none("the judge left it out"))
            } else {
                candidate.read(with: extractor)
            }
            return candidate
        }
        let vote = MajorityVote(settings: asked.configuration.vote)
        let tally = vote.tally(candidates.map(\.answer))
        guard let shown = candidates.first(where: { $0.answer == tally.winner }) ?? candidates.first else {
            throw Problem(.engine, "the engine wrote nothing", hint: "see the daemon's log")
        }
        var reply = AskReply(
            text: shown.text,
            answer: tally.winner,
            checkpoint: asked.checkpoint,
            tokenCount: candidates.reduce(0) { $0 + $1.tokenCount },
            seconds: seconds
        )
        if tally.winner == nil, case .none(let why)? = readings?.first {
            let isVerdict = readings?.first?.judgeReason != nil
            reply.note = isVerdict ? "the judge found no answer: \(why)" : why
        }
        if asked.isVote {
            reply.candidates = candidates.map(AskedCandidate.init)
            let reason = tally.winner.flatMap { vote.dropReason(for: $0, in: tally) }
            reply.vote = AskedVote(tally, reason: reason)
        }
        return reply
    }
}
