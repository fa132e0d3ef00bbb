/// Groups the answers of questions by the model's hidden states, for kinds that are `isGrouped`.
struct HiddenStateGroups {
    /// What grouping makes of one candidate.
    struct Place: Hashable {
        /// The text of its group's medoid; nil without an answer.
        var answer: String?
        /// The cosine of its hidden state with the medoid's; nil where it is alone.
        var similarity: Double?
    }

    let engine: any RoundEngine
    let prompts: PromptWriter
    let configuration: RoundConfiguration
    let kinds: AnswerKinds

    /// Nil for kinds whose answers are compared by themselves.
    ///
    /// - Throws: `LoopError` `invalid_configuration` when the engine gives no hidden states, or there is no
    ///   such kind.
    init?(
        _ engine: any RoundEngine,
        _ configuration: RoundConfiguration,
        prompts: PromptWriter,
        kinds: AnswerKinds
    ) throws(LoopError) {
        let kind = try kinds.named(configuration.vote.answerKind)
        guard kind.isGrouped else { return nil }
        guard engine.givesHiddenStates else { throw .noHiddenStates(configuration.vote.answerKind) }
        self.engine = engine
        self.prompts = prompts
        self.configuration = configuration
        self.kinds = kinds
    }

    /// Groups the candidates of whole questions.
    ///
    /// - Parameters:
    ///   - page: Candidates in order of (question, index).
    ///   - questions: Their questions.
    /// - Returns: One place per candidate, in order.
    /// - Throws: What the engine throws, `LoopError` `engine_reply` when vectors are missing.
    func places(of page: [Candidate], questions: [QuestionID: Question]) async throws -> [Place] {
        var extractor = try AnswerExtractor(configuration: configuration, kinds: kinds)
        var samples: [TextSample] = []
        var answered: [Answered] = []
        for group in page.groupedByQuestion {
            guard let question = questions[page[group.startIndex].question]?.content else { continue }
            extractor.take(question)
            let texts = Answered(group, extractor, firstSample: samples.count)
            let prompt = prompts.prompt(for: question)
            samples += texts.answers.map { TextSample(prompt: prompt, completion: prompt.gap + $0) }
            answered.append(texts)
        }
        let vectors = samples.isEmpty ? [] : try await engine.hiddenStates(of: samples)
        guard vectors.count == samples.count else {
            throw LoopError(
                .engineReply,
                "the engine gave \(vectors.count) hidden states for \(samples.count) texts; report this as a defect of the "
                    + "engine"
            )
        }
        var places = [Place](repeating: Place(), count: page.count)
        for texts in answered { texts.fill(&places, vectors, configuration.answer.similarity) }
        return places
    }

    /// The answers of one question, each text once.
    private struct Answered {
        /// In order of first occurrence.
        private(set) var answers: [String] = []
        private var counts: [Int] = []
        /// Places in the page with the number of their answer.
        private var numbers: [(place: Int, number: Int)] = []
        private let firstSample: Int

        init(_ candidates: ArraySlice<Candidate>, _ extractor: AnswerExtractor, firstSample: Int) {
            self.firstSample = firstSample
            var known: [String: Int] = [:]
            for place in candidates.indices {
                var candidate = candidates[place]
                candidate.read(with: extractor)
                guard let answer = candidate.answer else { continue }
                let number = known[answer] ?? answers.count
                if number == answers.count {
                    known[answer] = number
                    answers.append(answer)
                    counts.append(0)
                }
                counts[number] += 1
                numbers.append((place, number))
            }
        }

        func fill(_ places: inout [Place], _ vectors: [[Float]], _ threshold: Double) {
            let own = Array(vectors[firstSample..<firstSample + answers.count])
            let groups = SimilarityGroups(own, counts: counts, threshold: threshold)
            var sizes: [Int: Int] = [:]
            for (_, number) in numbers { sizes[groups.groups[number], default: 0] += 1 }
            for (place, number) in numbers {
                let isAlone = sizes[groups.groups[number]] == 1
                places[place] = Place(
                    answer: answers[groups.medoid(of: number)],
                    similarity: isAlone ? nil : groups.similarity(of: number)
                )
            }
        }
    }
}

extension PromptText {
    /// What comes between the prompt and an answer without the white space around it.
    fileprivate var gap: String { text.last.map(\.isWhitespace) ?? true ? "" : " " }
}

extension LoopError {
    /// An answer kind that asks for hidden states, with an engine that gives none.
    package static func noHiddenStates(_ kind: AnswerKindID) -> LoopError {
        LoopError(
            .invalidConfiguration,
            "vote.answerKind is \(kind), which compares the model's hidden states, and this engine gives none; use "
                + "engine.kind embedded, or another answer kind"
        )
    }
}
