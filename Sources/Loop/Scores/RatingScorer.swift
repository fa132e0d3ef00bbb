/// The model's own rating of an answer, 0...10 (the baseline that the IWSI paper calls Self-filter; method,
/// section 6).
///
/// One greedy reply per distinct text of a question, under the incumbent, without worked examples.
public struct RatingScorer: CandidateScorer {
    /// The score that it records.
    public static let name = ScoreName.rating
    /// It can.
    public static let needsValid = false
    /// Longest reply, in tokens: the first number is all that is read.
    static let replyTokens = 8

    private let prompt: RatingPrompt

    /// The scorer with the configured prompt.
    public init(_ configuration: RoundConfiguration) {
        prompt = RatingPrompt(configuration.select.ratingPrompt)
    }

    /// Asks for a number; a reply without one, and a prompt that is too long, count as 0.
    public func score(
        _ candidates: inout [Candidate],
        in context: ScoringContext,
        report: inout RoundReport
    ) async throws -> ScoringNote {
        var requests: [GenerationRequest] = []
        var tooLongCount = 0
        var known: [TextKey: Int?] = [:]
        var places: [(candidate: Int, request: Int?)] = []
        for index in candidates.indices where candidates[index].isScorable {
            let candidate = candidates[index]
            guard let question = context.questions[candidate.question]?.content else { continue }
            let view = context.configuration.trainedView(of: candidate.index, for: question)
            let key = TextKey(
                question: candidate.question,
                text: candidate.text,
                view: view.number
            )
            if let request = known[key] {
                places.append((index, request))
                continue
            }
            let text = written(view.shown(question), candidate.text, context.prompts)
            let fits = context.engine.ruler.map { $0.count(text) + Self.replyTokens <= $0.contextLength }
            var request: Int?
            if fits ?? true {
                request = requests.count
                // Each text has a number of its own: engines tell requests apart by it.
                let number = QuestionID(rawValue: requests.count + 1)
                requests.append(GenerationRequest(question: number, prompt: text, count: 1))
            } else {
                tooLongCount += 1
            }
            known[key] = .some(request)
            places.append((index, request))
        }
        let replies = try await replies(to: requests, context)
        for (index, request) in places {
            candidates[index].scores[.rating] = request.map { RatingPrompt.rating(in: replies[$0].text) } ?? 0
        }
        let line = "\(Plain.count(places.count)) candidates rated (\(Plain.count(requests.count)) texts)"
        let warning = "\(Plain.count(tooLongCount)) texts are too long to be rated and count as rated 0"
        return ScoringNote(line: line, warnings: tooLongCount > 0 ? [warning] : [])
    }

    private func written(_ question: QuestionInput, _ answer: String, _ prompts: PromptWriter) -> PromptText {
        // What it thought is no part of the answer that is rated.
        let spoken = prompts.settings.thinks ? answer.spoken.map(String.init) ?? answer : answer
        let asked = Prompt(question).messages.reduce(into: PromptText(content: "")) { $0 += $1.text }
        let text = prompt.text(question: asked, answer: spoken.trimmed)
        return prompts.brief.render(Prompt([Prompt.Message(.user, text)]))
    }

    private func replies(
        to requests: [GenerationRequest],
        _ context: ScoringContext
    ) async throws -> [GeneratedText] {
        guard !requests.isEmpty else { return [] }
        var settings = context.configuration.generate
        (settings.temperature, settings.topP, settings.topK) = (0, 1, 0)
        (settings.maxNewTokens, settings.stop) = (Self.replyTokens, [])
        let replies = try await context.engine.generate(
            requests,
            prefix: "",
            settings: settings,
            key: context.key.stream(.rating),
            progress: context.progress("ratings")
        )
        guard replies.count == requests.count else {
            throw LoopError(
                .engineReply,
                "the engine wrote \(replies.count) of \(requests.count) ratings; report this as a defect of the engine"
            )
        }
        return replies
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        let head = drop(while: \.isWhitespace)
        return String(head.reversed().drop(while: \.isWhitespace).reversed())
    }
}
