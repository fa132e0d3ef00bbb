/// Comparisons with reference answers.
///
/// For the report only.
enum ReferenceReport {
    /// Tells whether a candidate's stored answer is right; nil without a readable reference.
    static func judge(
        questions: [QuestionID: Question],
        configuration: RoundConfiguration,
        _ catalog: Catalog = .standard
    ) throws(LoopError) -> @Sendable (Candidate) -> Bool? {
        var extractor = try AnswerExtractor(configuration: configuration, kinds: catalog.answerKinds)
        let references = questions.compactMapValues { question -> (answer: Answer, kind: any AnswerKind)? in
            extractor.take(question.content)
            return question.content.answer.flatMap(extractor.reference).map { ($0, extractor.kind) }
        }
        return { candidate in
            guard let reference = references[candidate.question] else { return nil }
            guard let answer = candidate.answer else { return false }
            return reference.kind.isRight(Answer(canonical: answer), reference.answer)
        }
    }

    /// Right share of the kept candidates that have a reference; nil without one.
    static func selectedAccuracy(_ kept: [Candidate], isRight: (Candidate) -> Bool?) -> Double? {
        let judged = kept.compactMap(isRight)
        return judged.isEmpty ? nil : Double(judged.count { $0 }) / Double(judged.count)
    }

    /// Weighed candidates with a reference in the five bins of the method's section 7; nil without any.
    static func bins(_ candidates: [Candidate], isRight: (Candidate) -> Bool?) -> [DSBin]? {
        let edges = [1, 1.1, 1.3, 1.5, 2]
        var bins = edges.map { DSBin(lower: $0) }
        for candidate in candidates {
            guard let weight = candidate.scores[.ds], let isRight = isRight(candidate) else { continue }
            let place = (edges.firstIndex { weight < $0 } ?? edges.count) - 1
            bins[max(place, 0)].count += 1
            bins[max(place, 0)].rightCount += isRight ? 1 : 0
        }
        return bins.allSatisfy { $0.count == 0 } ? nil : bins
    }
}
