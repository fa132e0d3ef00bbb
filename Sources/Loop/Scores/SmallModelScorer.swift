/// How hard a text is for a smaller model (SALT, arXiv 2410.18779): the median loss of those of its tokens
/// that are among that model's first ten.
///
/// Tokens further back count as noise, which nobody can learn.
public struct SmallModelScorer: CandidateScorer {
    /// The score that it records.
    public static let name = ScoreName.smallModel
    /// It can.
    public static let needsValid = false
    /// Tokens from this rank on do not count (paper: the first ten do).
    public static let top = 10

    private let path: String
    private let digest: String

    /// The scorer with the configured model.
    public init(_ configuration: RoundConfiguration) {
        path = configuration.select.outside.smallModel
        digest = configuration.select.outside.smallModelDigest
    }

    /// The median; the mean of the two in the middle for an even count, nil where no token counts.
    ///
    /// - Parameter tokens: What the small model says of a text's tokens.
    /// - Returns: Nats.
    public static func median(of tokens: [TokenScore]) -> Double? {
        let losses = tokens.filter { $0.rank < top && $0.loss.isFinite }.map(\.loss).sorted()
        let middle = losses.count / 2
        guard !losses.isEmpty else { return nil }
        return losses.count % 2 == 1 ? losses[middle] : (losses[middle - 1] + losses[middle]) / 2
    }

    /// Scores every distinct text of a question under the small model.
    ///
    /// - Throws: `LoopError` `invalid_configuration` when it is not the model that the round began with.
    public func score(
        _ candidates: inout [Candidate],
        in context: ScoringContext,
        report: inout RoundReport
    ) async throws -> ScoringNote {
        guard !path.isEmpty else {
            return ScoringNote(line: "no small model", warnings: ["select.smallModel names no model"])
        }
        let (samples, places) = context.distinctTexts(of: candidates)
        guard !samples.isEmpty else { return ScoringNote(line: "0 texts scored by the small model") }
        let reply = try await context.engine.tokenScores(
            of: samples,
            under: path,
            progress: context.progress("texts")
        )
        guard reply.texts.count == samples.count else {
            throw LoopError(
                .engineReply,
                "the engine scored \(reply.texts.count) of \(samples.count) texts under \(path); report this as a defect of "
                    + "the engine"
            )
        }
        guard digest.isEmpty || digest == reply.digest else {
            throw LoopError(
                .invalidConfiguration,
                "select.smallModel: \(path) is not the model that the round began with (\(digest.prefix(12)), now "
                    + "\(reply.digest.prefix(12))); put the file back, or abandon the round and reload"
            )
        }
        let medians = reply.texts.map(Self.median)
        for (index, place) in zip(candidates.indices, places) {
            guard let place else { continue }
            candidates[index].scores[.smallModel] = medians[place]
        }
        let tooLong = reply.texts.count(where: \.isEmpty)
        let warning = "\(Plain.count(tooLong)) texts are longer than the small model accepts and are dropped"
        return ScoringNote(
            line: "\(Plain.count(samples.count)) texts scored by the small model \(reply.digest.prefix(12))",
            warnings: tooLong > 0 ? [warning] : []
        )
    }
}

extension ScoringContext {
    /// The distinct texts of each question as samples, in the order in which they first come up.
    ///
    /// - Parameter candidates: In order of (question, index); those that no scorer could measure are left
    ///   out.
    /// - Returns: The samples, and for each candidate the place of its own.
    func distinctTexts(of candidates: [Candidate]) -> (samples: [TextSample], places: [Int?]) {
        var samples: [TextSample] = []
        var places = [Int?](repeating: nil, count: candidates.count)
        for group in candidates.groupedByQuestion {
            let id = candidates[group.startIndex].question
            guard let question = questions[id]?.content else { continue }
            for (view, indices) in configuration.trainedGroups(group, of: question) {
                let prompt = prompts.prompt(for: view.shown(question))
                var known: [TextKey: Int] = [:]
                for index in indices where candidates[index].isScorable {
                    let text = candidates[index].text
                    let key = TextKey(question: id, text: text)
                    if known[key] == nil {
                        known[key] = samples.count
                        samples.append(TextSample(prompt: prompt, completion: text))
                    }
                    places[index] = known[key]
                }
            }
        }
        return (samples, places)
    }
}
